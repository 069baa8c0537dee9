import { describe, expect, it } from "vitest";
import { contrast, properties } from "./theme";

const ON_BACK = ["text", "second", "third", "link", "good", "need", "bad", "literal"];

describe("the theme", () => {
  it.each([
    ["Superset's light", "#ffffff", "#2893B3"],
    ["Superset's dark", "#141414", "#2893B3"],
    ["a yellow brand", "#ffffff", "#ffd400"],
    ["a navy brand in the dark", "#101418", "#0a1a40"],
    ["a tinted ground", "rgb(240, 232, 220)", "#c33"],
  ])("keeps every text legible in %s", (_, colorBgContainer, colorPrimary) => {
    const made = properties({ colorBgContainer, colorPrimary }) as Record<string, string>;
    for (const name of ON_BACK) expect(contrast(made[`--aa-${name}`], made["--aa-back"]), name).toBeGreaterThanOrEqual(4.5);
    expect(contrast("#FFFFFF", made["--aa-button"])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(made["--aa-accent"], made["--aa-back"])).toBeGreaterThanOrEqual(3);
  });

  it("takes Superset's own values where they are known", () => {
    expect(properties({ colorBgContainer: "#fff", colorPrimary: "#2893B3" })).toMatchObject({ "--aa-link": "#136F8B", "--aa-button": "#1F7F9C", "--aa-scheme": "light" });
    expect(properties({ colorBgContainer: "not a color" })).toMatchObject({ "--aa-back": "#FFFFFF" });
  });
});
