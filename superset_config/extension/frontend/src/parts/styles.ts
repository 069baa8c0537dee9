// The look of the panel and of what the page shares with it. Buttons, cards and inputs are those of an answer (answer/styles.ts).
export const partsCss = `
.aa-root{color:var(--aa-text);background:var(--aa-back);font:400 14px/22px var(--aa-font);font-variant-numeric:tabular-nums;text-align:start;color-scheme:var(--aa-scheme)}
.aa-root *{box-sizing:border-box}
.aa-root p,.aa-root h2,.aa-root h3,.aa-root ul,.aa-root ol{margin:0}
.aa-root button{font-family:inherit}
.aa-focus:focus-visible,.aa-send:focus-visible,.aa-run:focus-visible,.aa-chip:focus-visible{outline:2px solid var(--aa-accent);outline-offset:2px;border-radius:4px}

.aa-bubble{align-self:flex-end;max-width:min(300px,86%);margin:0;padding:8px 12px;border-radius:8px;border-end-end-radius:2px;background:var(--aa-selected);line-height:20px;white-space:pre-wrap;overflow-wrap:anywhere;max-height:240px;overflow-y:auto}
.aa-bubble details{margin-top:6px;font-size:12px;line-height:18px}
.aa-bubble summary{color:var(--aa-link);font-weight:500;cursor:pointer;min-height:24px;padding:3px 0}

.aa-composer{flex:none;margin:0 12px 12px;padding:10px 10px 8px 12px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-back)}
.aa-composer:focus-within{border-color:var(--aa-accent);box-shadow:0 0 0 2px color-mix(in srgb,var(--aa-accent) 18%,transparent)}
.aa-composer textarea{display:block;width:100%;min-height:22px;max-height:176px;padding:0;border:0;outline:0;resize:none;background:none;color:var(--aa-text);font:400 14px/22px var(--aa-font);overflow-y:auto;scrollbar-width:thin}
.aa-composer textarea::placeholder{color:var(--aa-third);opacity:1}
.aa-composer>div{display:flex;align-items:center;gap:8px;margin-top:8px;color:var(--aa-third);font-size:12px;line-height:18px}
.aa-composer>div>span:first-child{flex:1;display:flex;align-items:center;gap:5px;min-width:0}
.aa-send{flex:none;display:grid;place-items:center;width:28px;height:28px;padding:0;border:0;border-radius:6px;background:var(--aa-button);color:#fff;cursor:pointer}
.aa-send:hover{filter:brightness(1.08)}
.aa-send[aria-disabled=true]{background:var(--aa-line);color:var(--aa-second);cursor:default;filter:none}
.aa-composer .aa-over{color:var(--aa-bad)}

.aa-history{display:flex;flex-direction:column;gap:12px;min-height:0}
.aa-search{position:relative;flex:none}
.aa-search .aa-icon{position:absolute;inset-inline-start:9px;top:9px;color:var(--aa-third);pointer-events:none}
.aa-search .aa-input{margin:0;padding-inline-start:30px}
.aa-history h3{margin:4px 0 4px;font-size:12px;line-height:18px;font-weight:500;color:var(--aa-second)}
.aa-runs{list-style:none;padding:0}
.aa-run{display:block;width:calc(100% + 16px);margin-inline:-8px;padding:7px 8px;border:0;border-radius:4px;background:none;color:var(--aa-text);text-align:start;cursor:pointer}
.aa-run:hover{background:var(--aa-surface)}
.aa-run[aria-current=true]{background:var(--aa-selected)}
.aa-run b{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;font-weight:500;font-size:14px;line-height:20px;overflow-wrap:anywhere}
.aa-run small{display:flex;flex-wrap:wrap;align-items:center;gap:0 6px;font-size:12px;line-height:18px;color:var(--aa-third)}
.aa-run small>*+*:before{content:"·";margin-inline-end:6px;color:var(--aa-third)}
.aa-state-good{color:var(--aa-good)}.aa-state-need{color:var(--aa-need)}.aa-state-bad{color:var(--aa-bad)}.aa-state-live{color:var(--aa-link)}

.aa-skeleton{display:flex;flex-direction:column;gap:10px}
.aa-skeleton i{display:block;height:12px;border-radius:4px;background:var(--aa-hair)}

.aa-dialog{width:min(440px,calc(100vw - 32px));max-height:min(760px,calc(100vh - 32px));padding:0;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-raised);color:var(--aa-text);box-shadow:var(--aa-shadow);overflow:hidden;font:400 14px/22px var(--aa-font)}
.aa-dialog[open]{display:flex;flex-direction:column}
.aa-dialog::backdrop{background:rgba(10,18,24,.4)}
.aa-dialog>header{display:flex;align-items:center;gap:8px;padding:10px 8px 10px 16px;border-bottom:1px solid var(--aa-hair)}
.aa-dialog>header h2{flex:1;font-size:15px;line-height:22px;font-weight:600;margin:0;color:var(--aa-text)}
.aa-dialog>form,.aa-dialog>.aa-dialog-body{display:flex;flex-direction:column;gap:14px;padding:14px 16px 16px;overflow-y:auto;min-height:0}
.aa-dialog>footer{display:flex;flex-wrap:wrap;justify-content:flex-end;gap:8px;padding:10px 16px;border-top:1px solid var(--aa-hair)}
.aa-field{display:flex;flex-direction:column;gap:2px;min-width:0;flex:1;border:0;padding:0;margin:0}
.aa-field>label,.aa-field>legend{padding:0;font-size:12px;line-height:18px;font-weight:500;color:var(--aa-second)}
.aa-field .aa-input{margin-top:2px}
.aa-field select.aa-input{padding-inline-end:4px}
.aa-field textarea.aa-input{height:auto;min-height:32px;padding:5px 10px;resize:vertical;line-height:20px}
.aa-input:focus-visible{outline:2px solid var(--aa-accent);outline-offset:-1px;border-color:transparent}
.aa-input[aria-invalid=true]{border-color:var(--aa-bad)}
.aa-dialog p{margin:0}
.aa-fields{display:flex;gap:10px;align-items:flex-start}
.aa-check{display:inline-flex;align-items:center;gap:8px;min-height:24px;margin-inline-end:16px;cursor:pointer}
.aa-check input{width:16px;height:16px;margin:0;accent-color:var(--aa-button)}
.aa-wrong{color:var(--aa-bad);font-size:12px;line-height:18px;overflow-wrap:anywhere}
.aa-due{list-style:none;padding:0;font-size:12px;line-height:18px}
.aa-due li{display:flex;gap:10px;justify-content:space-between;padding:2px 0}
.aa-due li span:first-child{white-space:nowrap}
.aa-due li span:last-child{color:var(--aa-second);text-align:end;overflow-wrap:anywhere}
.aa-ahead{padding:10px 12px;border-radius:8px;background:var(--aa-surface);min-height:148px}

.aa-panel-host{height:100%;min-height:0}
div:has(>.aa-panel-host){height:100%;overflow:hidden}
.aa-panel{position:relative;display:flex;flex-direction:column;height:100%;min-height:0;min-width:0;overflow:hidden}
.aa-panel>header{flex:none;display:flex;align-items:center;height:48px;padding-inline:16px 8px;border-bottom:1px solid var(--aa-line);gap:2px}
.aa-panel>header>.aa-icon{color:var(--aa-accent)}
.aa-panel>header h2{flex:1;margin-inline-start:8px;font-size:15px;line-height:22px;font-weight:600;color:var(--aa-text)}
.aa-panel>header .aa-icon-button{width:32px;height:32px}
.aa-panel>header .aa-icon-button[aria-pressed=true]{background:var(--aa-selected);color:var(--aa-link)}
.aa-chips{flex:none;display:flex;flex-wrap:wrap;align-items:center;gap:6px;padding:10px 16px;border-bottom:1px solid var(--aa-hair)}
.aa-chip{display:inline-flex;align-items:center;gap:5px;max-width:100%;height:24px;margin:0;padding:0 8px;border:1px solid var(--aa-line);border-radius:4px;background:var(--aa-surface);color:var(--aa-text);font:400 12px/18px var(--aa-font)}
.aa-chip>span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.aa-chip .aa-icon{color:var(--aa-third)}
button.aa-chip{cursor:pointer}
button.aa-chip:hover{border-color:var(--aa-accent)}
.aa-chip[aria-pressed=true]{background:var(--aa-selected);border-color:var(--aa-selected-line);color:var(--aa-link)}
.aa-chip[aria-pressed=true] .aa-icon{color:inherit}
.aa-body{position:relative;flex:1;min-height:0;overflow-y:auto;padding:16px;display:flex;flex-direction:column;gap:14px;scrollbar-width:thin;outline:none}
.aa-body>*{flex:none}
.aa-body:focus-visible{box-shadow:inset 0 0 0 2px var(--aa-accent)}
.aa-turn{display:flex;flex-direction:column;gap:14px;min-width:0}
.aa-turn+.aa-turn{margin-top:10px;padding-top:18px;border-top:1px solid var(--aa-hair)}
.aa-welcome{display:flex;flex-direction:column;gap:18px}
.aa-welcome h3{font-size:20px;line-height:26px;font-weight:600;letter-spacing:-.01em;color:var(--aa-text);overflow-wrap:anywhere}
.aa-welcome h3+p{margin-top:4px;color:var(--aa-second)}
.aa-welcome .aa-label,.aa-ahead .aa-label{margin:0 0 6px}
.aa-welcome code{font:400 12px/18px var(--aa-code);background:var(--aa-surface);border-radius:3px;padding:1px 4px;color:var(--aa-text)}
.aa-welcome ul{list-style:none;padding:0}
.aa-meta{display:flex;align-items:center;gap:10px;color:var(--aa-third);font-size:12px;line-height:18px}
.aa-meta>span{flex:1}
.aa-aside{padding:12px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-surface);color:var(--aa-second);font-size:12px;line-height:18px}
.aa-admin{padding:10px 12px;font-size:12px;line-height:18px}
.aa-admin b{font-weight:500;display:block}
.aa-admin pre{margin:7px 0 0;padding:7px 9px;border:0;border-radius:4px;background:var(--aa-surface);color:var(--aa-text);font:400 11px/17px var(--aa-code);white-space:pre-wrap}
.aa-runbar{flex:none;display:flex;align-items:center;gap:12px;min-height:57px;margin:0 12px 12px;padding:12px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-surface)}
.aa-runbar>div{flex:1;min-width:0}
.aa-runbar p{display:flex;justify-content:space-between;gap:8px}
.aa-runbar p span{color:var(--aa-second);font-size:12px}
.aa-bar{height:4px;margin-top:7px;border-radius:2px;background:var(--aa-line);overflow:hidden}
.aa-bar i{display:block;height:4px;border-radius:2px;background:var(--aa-accent)}
.aa-toast{flex:none;display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin:0 12px 8px;padding:8px 8px 8px 12px;border:1px solid var(--aa-selected-line);border-radius:8px;background:var(--aa-selected);font-size:12px;line-height:18px}
.aa-toast>span{flex:1;min-width:120px;overflow-wrap:anywhere}
@media (prefers-reduced-motion:no-preference){.aa-bar i{transition:width .18s ease-out}}
`;
