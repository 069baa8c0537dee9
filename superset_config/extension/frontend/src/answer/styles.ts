// The look of an answer and its evidence. Colors are the host's, by the custom properties of theme.ts; sizes are STYLE's.
export const answerCss = `
.aa-answer,.aa-clarify,.aa-refusal,.aa-alert,.aa-steps,.aa-evidence,.aa-actions,.aa-deliveries{color:var(--aa-text);font-family:var(--aa-font);font-variant-numeric:tabular-nums;font-size:14px;line-height:22px;text-align:start;letter-spacing:normal}
.aa-answer *,.aa-clarify *,.aa-refusal *,.aa-alert *,.aa-steps *,.aa-evidence *{box-sizing:border-box}
.aa-answer p,.aa-clarify p,.aa-refusal p,.aa-alert p,.aa-steps p,.aa-evidence p,.aa-actions p{margin:0}
.aa-answer ul,.aa-refusal ul,.aa-steps ul,.aa-steps,.aa-deliveries{list-style:none;margin:0;padding:0}
.aa-answer{position:relative;display:flex;flex-direction:column;gap:16px;font-size:16px;line-height:26px}
.aa-answer.aa-compact{gap:14px;font-size:14px;line-height:22px}
.aa-icon{flex:none;display:block;overflow:visible}
.aa-second{color:var(--aa-second)}
.aa-third{color:var(--aa-third);font-size:12px;line-height:18px}
.aa-good{color:var(--aa-good)}.aa-need{color:var(--aa-need)}
.aa-bad{color:var(--aa-bad);font-size:12px;line-height:18px}
.aa-whole{flex-basis:100%}
.aa-hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.aa-answer h2.aa-headline{font-size:20px;line-height:26px}
.aa-answer .aa-headline{margin:0;font-weight:600;color:var(--aa-text);letter-spacing:-.01em;font-size:16px;line-height:22px;overflow-wrap:anywhere}
.aa-claims{display:flex;flex-direction:column;gap:10px;max-width:75ch;overflow-wrap:anywhere}
.aa-claims.aa-flowing{display:block}
.aa-claims.aa-flowing p{display:inline}
.aa-claims code{font-family:var(--aa-code);font-size:.88em;font-variant-ligatures:none;background:var(--aa-surface);border-radius:3px;padding:1px 3px;color:inherit}
.aa-claims strong{font-weight:600}
.aa-kept{white-space:nowrap}
.aa-figure{display:inline;margin:0;padding:0;border:0;background:none;color:inherit;font:inherit;font-weight:600;line-height:inherit;letter-spacing:inherit;cursor:pointer;white-space:nowrap;text-align:start;text-decoration:underline dotted var(--aa-accent) 1.5px;text-underline-offset:5px;text-decoration-skip-ink:none}
.aa-figure.aa-long{white-space:normal}
.aa-figure:hover{color:var(--aa-link)}
.aa-figure.aa-open{color:var(--aa-link);background:var(--aa-selected);text-decoration-style:solid;border-radius:2px;box-shadow:0 0 0 2px var(--aa-selected)}
.aa-figure:focus-visible,.aa-button:focus-visible,.aa-link:focus-visible,.aa-icon-button:focus-visible,.aa-choices button:focus-visible,.aa-read-as summary:focus-visible,.aa-sql:focus-visible,.aa-excerpt:focus-visible,.aa-input:focus-visible,.aa-evidence:focus-visible{outline:2px solid var(--aa-accent);outline-offset:2px;border-radius:4px}
.aa-sql:focus-visible,.aa-excerpt:focus-visible{outline-offset:-2px}
.aa-link{display:inline;min-height:24px;padding:0;border:0;background:none;color:var(--aa-link);font:inherit;font-weight:500;cursor:pointer;text-align:start}
.aa-link:hover{text-decoration:underline}
.aa-button{display:inline-flex;align-items:center;justify-content:center;gap:6px;height:32px;padding:0 14px;border:1px solid var(--aa-line);border-radius:4px;background:var(--aa-back);color:var(--aa-text);font:500 13px/20px var(--aa-font);white-space:nowrap;cursor:pointer;text-decoration:none}
.aa-button:hover:not(:disabled){border-color:var(--aa-accent);color:var(--aa-link);text-decoration:none}
.aa-button.aa-small{height:26px;padding:0 9px;font-size:12px;line-height:18px}
.aa-button.aa-filled{background:var(--aa-button);border-color:var(--aa-button);color:#fff}
.aa-button.aa-filled:hover:not(:disabled){color:#fff;filter:brightness(1.08)}
.aa-button.aa-danger{color:var(--aa-bad);border-color:var(--aa-bad-line)}
.aa-button:disabled,.aa-button.aa-filled:disabled{background:var(--aa-surface);border-color:var(--aa-line);color:var(--aa-third);cursor:default;filter:none}
.aa-icon-button{display:inline-grid;place-items:center;width:28px;height:28px;padding:0;border:0;border-radius:4px;background:none;color:var(--aa-second);cursor:pointer}
.aa-icon-button:hover{background:var(--aa-hair);color:var(--aa-text)}
.aa-row{display:flex;flex-wrap:wrap;align-items:center;gap:8px}
.aa-card{border:1px solid var(--aa-line);border-radius:8px;margin:0}
.aa-badge{display:inline-flex;flex:none;align-items:center;gap:4px;height:20px;padding:0 6px;border-radius:4px;font-size:11.5px;line-height:20px;font-weight:500;white-space:nowrap;background:var(--aa-hair);color:var(--aa-second)}
.aa-badge-certified,.aa-badge-verified{background:var(--aa-good-back);color:var(--aa-good)}
.aa-badge-governed{background:var(--aa-selected);color:var(--aa-link)}
.aa-badge-need{background:var(--aa-need-back);color:var(--aa-need)}
.aa-badge-bad{background:var(--aa-bad-back);color:var(--aa-bad)}

.aa-under{position:absolute;inset-inline:0;z-index:3;padding-block-end:16px;animation:aa-appear .12s ease-out}
.aa-under:before{content:"";position:absolute;top:-5px;left:var(--aa-point);width:10px;height:10px;margin-left:-5px;background:var(--aa-raised);transform:rotate(45deg);box-shadow:-1px -1px 1px rgba(20,34,46,.12);z-index:1}
@keyframes aa-appear{from{opacity:0;transform:translateY(-2px)}}
.aa-evidence{font-size:12px;line-height:18px;min-width:0;outline:none}
.aa-evidence-card{background:var(--aa-raised);border-radius:8px;box-shadow:var(--aa-shadow);overflow:hidden}
.aa-evidence-head{padding:10px 12px;border-bottom:1px solid var(--aa-hair)}
.aa-evidence-value{display:flex;align-items:center;gap:8px;min-width:0}
.aa-evidence-value strong{flex:1;min-width:0;font-size:17px;line-height:24px;font-weight:600;overflow-wrap:anywhere;max-height:96px;overflow:auto}
.aa-evidence-page .aa-evidence-value{align-items:center;gap:10px}
.aa-evidence-page .aa-evidence-value strong{flex:0 1 auto;font-size:26px;line-height:32px;letter-spacing:-.02em}
.aa-evidence-page .aa-evidence-head{padding:0 0 2px;border:0}
.aa-evidence-page .aa-evidence-head p{min-height:18px}
.aa-pad{padding:10px 12px}
.aa-excerpt{position:relative;overflow-x:auto;padding:8px 12px;scrollbar-width:thin}
.aa-evidence-page .aa-excerpt{padding:4px 0 8px}
.aa-evidence-page .aa-pad{padding:8px 0}
.aa-table{border-collapse:separate;border-spacing:0;width:100%;font-size:12px;line-height:18px;color:var(--aa-text)}
.aa-table th,.aa-table td{padding:3.5px 0 3.5px 12px;border-top:1px solid var(--aa-hair);text-align:start;font-weight:400;white-space:nowrap;vertical-align:middle}
.aa-table thead th{border-top:0;padding-bottom:4px;font-weight:500;color:var(--aa-second)}
.aa-table .aa-number{text-align:end}
.aa-table tr>:first-child{position:sticky;inset-inline-start:0;z-index:1;padding-inline-start:0;background:var(--aa-raised);padding-inline-end:6px}
.aa-evidence-page .aa-table tr>:first-child,.aa-data .aa-table tr>:first-child{background:var(--aa-back)}
.aa-table .aa-cell{display:inline-block;max-width:260px;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom;padding:0 6px;margin-inline:-6px}
.aa-table tr>:first-child .aa-cell{max-width:150px;padding:0;margin:0}
.aa-table .aa-hit{display:inline-block;max-width:260px;overflow:hidden;text-overflow:ellipsis;padding:0 6px;margin-inline:-6px;border-radius:3px;background:var(--aa-selected);color:var(--aa-link);font-weight:600;box-shadow:inset 0 0 0 1.5px var(--aa-accent);vertical-align:bottom}
.aa-table td.aa-number:last-child{padding-inline-end:7px}
.aa-table .aa-gap td{text-align:center;color:var(--aa-third)}
.aa-single th{color:var(--aa-second);white-space:normal;padding-inline-start:0}
.aa-single tr:first-child>*{border-top:0}
.aa-single td{text-align:end;padding-inline-end:7px;white-space:normal;overflow-wrap:anywhere}
.aa-more{padding-top:6px;position:sticky;inset-inline-start:0}
.aa-bone-row{height:26px;display:flex;align-items:center}
.aa-bone{display:block;width:100%;height:10px;border-radius:3px;background:var(--aa-hair);opacity:0;animation:aa-bone .2s .3s forwards}
.aa-bone-row:nth-child(even) .aa-bone{width:88%}
@keyframes aa-bone{to{opacity:1}}
.aa-sql-title{padding:8px 12px 4px;background:var(--aa-surface);color:var(--aa-second);border-radius:4px 4px 0 0}
.aa-evidence .aa-sql-title+.aa-sql{border-radius:0 0 4px 4px;padding-top:2px}
.aa-sql{margin:0;padding:9px 12px;max-height:260px;overflow:auto;background:var(--aa-surface);color:var(--aa-text);font:400 11px/17px var(--aa-code);font-variant-ligatures:none;white-space:pre;border:0;border-radius:0;scrollbar-width:thin;tab-size:2}
.aa-evidence-card .aa-sql{max-height:158px}
.aa-evidence-page .aa-sql,.aa-sql.aa-wrap{border-radius:4px}
.aa-method summary{display:inline-block;min-height:24px;padding:3px 0;color:var(--aa-link);font-weight:500;cursor:pointer;list-style:none}
.aa-method summary::-webkit-details-marker{display:none}
.aa-sql.aa-wrap{white-space:pre-wrap;overflow-wrap:anywhere;max-height:none}
.aa-sql .aa-keyword,.aa-sql .aa-function{color:var(--aa-link);font-weight:500}
.aa-sql .aa-function{font-weight:400}
.aa-sql .aa-literal{color:var(--aa-literal)}
.aa-sql .aa-comment{color:var(--aa-third)}
.aa-facts{display:grid;grid-template-columns:72px minmax(0,1fr);gap:2px 8px;margin:0;padding:9px 12px;font-size:12px;line-height:18px}
.aa-evidence-page .aa-facts{padding:12px 0 0;grid-template-columns:76px minmax(0,1fr);gap:4px 8px}
.aa-facts dt{color:var(--aa-second);font-weight:400}
.aa-facts dd{margin:0;color:var(--aa-text);overflow-wrap:anywhere}
.aa-evidence-foot{display:flex;flex-wrap:wrap;gap:8px;padding:9px 12px;border-top:1px solid var(--aa-hair)}
.aa-evidence-page .aa-evidence-foot{padding:14px 0 0;border:0}

.aa-lineage{display:flex;flex-wrap:wrap;align-items:center;gap:6px;padding:12px 0 6px;color:var(--aa-third)}
.aa-evidence .aa-chip,.aa-lineage .aa-chip{display:inline-flex;align-items:center;gap:5px;min-height:24px;max-width:100%;padding:2px 8px;border:1px solid var(--aa-line);border-radius:4px;background:var(--aa-surface);color:var(--aa-text);font-size:12px;line-height:18px;overflow-wrap:anywhere}
.aa-lineage .aa-chip .aa-icon{color:var(--aa-third)}
.aa-lineage .aa-chip.aa-on{background:var(--aa-selected);border-color:var(--aa-selected-line);color:var(--aa-link)}
[dir=rtl] .aa-lineage>.aa-icon{transform:scaleX(-1)}

.aa-charts{display:flex;flex-direction:column;gap:10px;align-items:flex-start;font-size:13px;line-height:20px}
.aa-chart{width:100%;padding:14px 16px 12px;display:flex;flex-direction:column;gap:8px;background:var(--aa-back);overflow:hidden}
.aa-compact .aa-chart{padding:10px 12px}
.aa-chart figcaption{display:flex;flex-direction:column}
.aa-chart figcaption strong{font-size:13px;line-height:20px;font-weight:600}
.aa-chart figcaption span{font-size:12px;line-height:18px;color:var(--aa-second)}
.aa-chart img{display:block;width:100%;height:auto;min-height:40px}
.aa-chart img.loading{min-height:200px}
.aa-chart p{font-size:12px;line-height:18px}
.aa-notes{display:flex;flex-direction:column;gap:6px;font-size:12px;line-height:18px}
.aa-note{display:flex;gap:6px}
.aa-note .aa-icon{margin-top:2px}
.aa-note,.aa-caveats,.aa-read-as{color:var(--aa-second)}
.aa-caveats li+li{margin-top:2px}
.aa-caveats .aa-of-rights{color:var(--aa-text);font-size:13px;line-height:20px}
.aa-read-as summary{display:inline-block;min-height:24px;padding:3px 0;color:var(--aa-link);font-weight:500;cursor:pointer;list-style:none}
.aa-read-as summary::-webkit-details-marker{display:none}
.aa-read-as summary:hover{text-decoration:underline}
.aa-read-as li{padding:1px 0}
.aa-definitions dl{margin:2px 0 4px;display:flex;flex-direction:column;gap:8px}
.aa-definitions dt{display:flex;flex-wrap:wrap;align-items:center;gap:6px;color:var(--aa-text);font-weight:500}
.aa-definitions dd{margin:0;overflow-wrap:anywhere}
.aa-definitions code{font:400 11px/17px var(--aa-code);font-variant-ligatures:none;color:var(--aa-second)}

.aa-alert{display:flex;gap:10px;padding:12px;border:1px solid var(--aa-line);border-radius:8px;color:var(--aa-text)}
.aa-alert>.aa-icon{margin-top:3px}
.aa-alert>div{min-width:0;flex:1;display:flex;flex-direction:column;gap:4px;overflow-wrap:anywhere}
.aa-alert h2,.aa-alert h3,.aa-alert>div>strong{margin:0;font-size:14px;line-height:20px;font-weight:600;color:inherit}
.aa-alert code{font-family:var(--aa-code);font-size:.88em;font-variant-ligatures:none}
.aa-alert p{color:var(--aa-text);line-height:21px}
.aa-alert .aa-row{margin-top:6px}
.aa-alert>div>.aa-button{align-self:flex-start;margin-top:6px}
.aa-answer .aa-alert{font-size:14px;line-height:22px}
.aa-alert-plain{background:var(--aa-surface)}
.aa-alert-plain>.aa-icon{color:var(--aa-third)}
.aa-alert-need{background:var(--aa-need-back);border-color:var(--aa-need-line)}
.aa-alert-need>.aa-icon{color:var(--aa-need)}
.aa-alert-bad{background:var(--aa-bad-back);border-color:var(--aa-bad-line)}
.aa-alert-bad>.aa-icon{color:var(--aa-bad)}
.aa-refusal{display:flex;flex-direction:column;gap:14px}
.aa-looked{grid-template-columns:76px minmax(0,1fr);padding:10px 12px}
.aa-label,.aa-refusal .aa-label{margin:0 0 6px;font-size:12px;line-height:18px;font-weight:500;color:var(--aa-second)}
.aa-choices{border:1px solid var(--aa-line);border-radius:8px;overflow:hidden}
.aa-choices li+li{border-top:1px solid var(--aa-hair)}
.aa-choices button,.aa-choices li>span{display:flex;gap:11px;align-items:flex-start;width:100%;padding:11px 12px;border:0;background:var(--aa-back);color:var(--aa-text);font:500 14px/20px var(--aa-font);text-align:start;cursor:pointer;overflow-wrap:anywhere}
.aa-choices li>span{cursor:auto}
.aa-choices button:hover{background:var(--aa-surface)}
.aa-choices button:focus-visible{outline-offset:-2px}
.aa-choices .aa-icon{margin-top:2px;color:var(--aa-accent)}

.aa-clarify{display:flex;flex-direction:column;gap:12px}
.aa-clarify fieldset{display:flex;flex-direction:column;gap:10px;min-width:0;margin:0;padding:0;border:0}
.aa-clarify legend{float:left;width:100%;margin:0;padding:0;border:0;font-size:14px;line-height:22px;font-weight:600;color:var(--aa-text);overflow-wrap:anywhere}
.aa-clarify legend+p{margin-top:-8px}
.aa-option{display:flex;gap:10px;padding:10px 12px;border:1px solid var(--aa-line);border-radius:8px;cursor:pointer;background:var(--aa-back)}
.aa-option:hover{border-color:var(--aa-accent)}
.aa-option.aa-chosen{border-color:var(--aa-accent);background:var(--aa-selected)}
.aa-option>span{flex:1;min-width:0;overflow-wrap:anywhere}
.aa-option label{display:block;cursor:pointer}
.aa-option b{display:block;font-weight:500;line-height:20px}
.aa-option small{display:block;font-size:12px;line-height:18px;color:var(--aa-second)}
.aa-option input[type=radio]{appearance:none;flex:none;width:16px;height:16px;margin:3px 0 0;border:1.5px solid var(--aa-third);border-radius:50%;background:var(--aa-back);cursor:pointer}
.aa-option input[type=radio]:checked{border:5px solid var(--aa-button);background:#fff}
.aa-option input[type=radio]:focus-visible{outline:2px solid var(--aa-accent);outline-offset:2px}
.aa-input{width:100%;height:32px;margin-top:4px;padding:0 10px;border:1px solid var(--aa-line);border-radius:4px;background:var(--aa-back);color:var(--aa-text);font:400 14px/20px var(--aa-font)}
.aa-input::placeholder{color:var(--aa-third);opacity:1}

.aa-approve{display:flex;flex-direction:column;gap:12px;color:var(--aa-text);font-family:var(--aa-font);font-variant-numeric:tabular-nums;font-size:14px;line-height:22px;text-align:start}
.aa-approve p{margin:0;overflow-wrap:anywhere}
.aa-approve .aa-sql{margin-top:6px;max-height:260px}
.aa-approve b{font-weight:600}
.aa-why-not{display:block;font-size:12px;line-height:18px;color:var(--aa-second)}

.aa-steps>li{position:relative;padding:0 0 16px;padding-inline-start:30px}
.aa-steps>li:before{content:"";position:absolute;inset-inline-start:9.5px;top:24px;bottom:-1px;width:1px;background:var(--aa-line)}
.aa-steps>li:last-child{padding-bottom:0}
.aa-steps>li:last-child:before{display:none}
.aa-dot{position:absolute;inset-inline-start:0;top:1px;width:20px;height:20px;border:1.5px solid var(--aa-line);border-radius:50%;display:grid;place-items:center;background:var(--aa-back)}
.aa-step-finished .aa-dot{border:0;background:var(--aa-good-back);color:var(--aa-good)}
.aa-step-running .aa-dot{border:2px solid var(--aa-selected-line);border-top-color:var(--aa-accent);animation:aa-turn 1s linear infinite}
.aa-step-paused .aa-dot{border-color:var(--aa-need)}
.aa-step-stopped .aa-dot{color:var(--aa-third)}
@keyframes aa-turn{to{transform:rotate(1turn)}}
.aa-step-head{display:flex;justify-content:space-between;gap:8px;font-weight:500}
.aa-step-waiting .aa-step-head{color:var(--aa-third);font-weight:400}
.aa-step-head em{font-style:normal;font-weight:400;font-size:12px;color:var(--aa-second);white-space:nowrap}
.aa-steps>li>ul{margin-top:4px;font-size:12px;line-height:18px;color:var(--aa-second)}
.aa-steps>li>ul>li{display:flex;gap:8px;padding:3px 0}
.aa-steps>li>ul .aa-icon{margin-top:2.5px;margin-inline-end:5px;color:var(--aa-link)}
.aa-steps>li>ul code{flex:none;min-width:18px;color:var(--aa-link);background:none;padding:0;border:0;font:400 11.5px/18px var(--aa-code)}
.aa-steps>li>ul span{flex:1;min-width:0;overflow-wrap:anywhere}
.aa-steps>li>ul em{font-style:normal;white-space:nowrap}
.aa-deliveries{display:flex;flex-direction:column;gap:4px;font-size:12px;line-height:18px;color:var(--aa-second)}
.aa-deliveries li{display:flex;gap:6px;overflow-wrap:anywhere}
.aa-deliveries .aa-icon{margin-top:2px}
.aa-delivery-sent .aa-icon{color:var(--aa-good)}
.aa-delivery-held .aa-icon,.aa-delivery-uncertain .aa-icon{color:var(--aa-need)}
.aa-delivery-failed .aa-icon{color:var(--aa-bad)}
@media (prefers-reduced-motion:reduce){.aa-under,.aa-bone,.aa-step-running .aa-dot{animation-duration:.01ms;animation-delay:0s;animation-iteration-count:1}}
@media (forced-colors:active){.aa-figure{text-decoration-color:LinkText}.aa-table .aa-hit{outline:2px solid Highlight}}
`;
