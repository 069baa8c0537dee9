// Characters that the eye cannot see but a page obeys: text from data loses its power to reorder a line or to hide in one.

// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]/gu;

/** The same text with a visible mark where something invisible stood. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, "\ufffd");
}
