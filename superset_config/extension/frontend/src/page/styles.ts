// The look of the page: three columns below Superset's menu. What an answer looks like is in answer/styles.ts.
export const pageCss = `
body:has(#analytics-agent-ask-page) #main-menu li:has(a[href$="/ask/"]){box-shadow:inset 0 -2px 0 var(--ant-color-primary,#2893B3)}
.ap-page{position:fixed;inset-inline:0;inset-block-start:var(--ap-top,0px);inset-block-end:0;z-index:1;display:flex;min-width:0;overflow:hidden}
.ap-page h1{margin:0 0 10px;color:var(--aa-text);font-size:24px;line-height:30px;font-weight:600;letter-spacing:-.018em;overflow-wrap:anywhere}
.ap-page h1.ap-long{font-size:16px;line-height:24px;max-height:168px;overflow:auto;white-space:pre-wrap;font-weight:500;letter-spacing:0}
.ap-page h2,.ap-page h3{color:var(--aa-text)}
.ap-page ul,.ap-page ol{list-style:none;padding:0}
.ap-page a:focus-visible,.ap-page button:focus-visible,.ap-page select:focus-visible,.ap-data-table:focus-visible{outline:2px solid var(--aa-accent);outline-offset:2px;border-radius:4px}
.ap-scroll:focus,.ap-side-body:focus{outline:none}
.ap-quiet{padding:8px 0;font-size:12px;line-height:18px;color:var(--aa-second)}

.ap-history{flex:0 0 272px;display:flex;flex-direction:column;min-height:0;padding:16px 12px 0;border-inline-end:1px solid var(--aa-line);background:var(--aa-surface)}
.ap-new.ap-new{width:100%;color:#fff;flex:none}
.ap-search.ap-search{height:34px;margin:12px 0 4px;padding:0 11px;border-radius:6px;font-size:13px;flex:none}
.ap-list{flex:1;min-height:0;overflow-y:auto;margin:0 -12px;padding:2px 12px 12px;scrollbar-width:thin}
.ap-history h2{margin:0;padding:14px 8px 5px;font-size:12px;line-height:18px;font-weight:500;color:var(--aa-third)}
.ap-history .ap-quiet{padding:12px 8px}
.ap-item{display:block;position:relative;margin-bottom:2px;padding:8px 10px;border-radius:6px;color:var(--aa-text);text-decoration:none}
.ap-item:hover{background:var(--aa-hair);color:var(--aa-text);text-decoration:none}
.ap-item.ap-current{background:var(--aa-back);box-shadow:0 0 0 1px var(--aa-line),inset 3px 0 0 var(--aa-accent)}
[dir=rtl] .ap-item.ap-current{box-shadow:0 0 0 1px var(--aa-line),inset -3px 0 0 var(--aa-accent)}
.ap-item b{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;font-weight:500;font-size:13.5px;line-height:19px;overflow-wrap:anywhere}
.ap-item small{display:block;font-size:12px;line-height:18px;color:var(--aa-second);overflow-wrap:anywhere}
.ap-item .aa-badge{margin-top:5px}
.ap-older{margin:10px 8px;font-size:13px}
.ap-to-schedules{flex:none;display:flex;align-items:center;gap:8px;margin:0 -12px;padding:12px 22px;border-top:1px solid var(--aa-line);color:var(--aa-text);font-weight:500;font-size:13.5px;line-height:20px;text-decoration:none}
.ap-to-schedules:hover{background:var(--aa-hair);color:var(--aa-text);text-decoration:none}
.ap-to-schedules.ap-current{background:var(--aa-back);color:var(--aa-link);box-shadow:inset 3px 0 0 var(--aa-accent)}
.ap-to-schedules.ap-to-schedules:focus-visible,.ap-item.ap-item:focus-visible{outline-offset:-2px}
.ap-to-schedules span{flex:1}
.ap-to-schedules em{font-style:normal;font-weight:400;font-size:12px;color:var(--aa-second)}
.ap-bone-item{display:flex;flex-direction:column;gap:8px;padding:12px 10px}
.ap-bone-item .aa-bone:last-child{width:55%}

.ap-main{flex:1;display:flex;flex-direction:column;min-width:0;min-height:0;background:var(--aa-back)}
.ap-top{flex:none;display:flex;gap:8px;padding:10px 16px;border-bottom:1px solid var(--aa-line)}
.ap-to-side{margin-inline-start:auto}
.ap-scroll{flex:1;min-height:0;overflow-y:auto;padding:22px 56px 24px;scrollbar-width:thin}
.ap-column{max-width:720px;margin-inline:auto;display:flex;flex-direction:column;gap:16px}
.ap-column>h1{margin:0}
.ap-column>h1+*{margin-top:-6px}
.ap-narrow{max-width:560px}
.ap-first{padding-top:6vh}
.ap-first .ap-ask{margin-top:4px}
.ap-first>h1+*{margin-top:-10px}
.ap-foot{flex:none;padding:8px 56px 18px}
.ap-foot .ap-ask{max-width:720px;margin-inline:auto}
.ap-ask{display:flex;flex-direction:column;gap:10px}
.ap-ask .aa-composer{margin:0}
.ap-chips{display:flex;flex-wrap:wrap;gap:6px}
.ap-chip{display:inline-flex;align-items:center;gap:5px;min-height:24px;padding:2px 8px;border:1px solid var(--aa-line);border-radius:4px;background:var(--aa-surface);color:var(--aa-text);font-size:12px;line-height:18px;overflow-wrap:anywhere}
.ap-chip .aa-icon{color:var(--aa-third)}
.ap-chip.ap-on{background:var(--aa-selected);border-color:var(--aa-selected-line);color:var(--aa-link)}
.ap-others{display:flex;gap:10px;margin:0;padding:10px 14px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-surface);font-size:13px;line-height:20px;color:var(--aa-second)}
.ap-others .aa-icon{margin-top:2px}
.ap-others b{font-weight:500;color:var(--aa-text)}
.ap-status{font-size:13px;line-height:20px;color:var(--aa-second)}
.ap-status>div{display:flex;flex-wrap:wrap;align-items:center;gap:2px 8px}
.ap-status b{font-weight:500;color:var(--aa-text)}
.ap-status .aa-link{margin-inline-start:auto;font-size:13px;line-height:24px}
.ap-status .aa-steps{margin-top:14px;padding:14px 16px;border:1px solid var(--aa-line);border-radius:8px}
.ap-bar{display:flex;align-items:center;gap:16px;padding:12px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-surface)}
.ap-bar>div{flex:1;min-width:0}
.ap-bar p{display:flex;justify-content:space-between;gap:12px}
.ap-bar b{font-weight:500}
.ap-bar span{font-size:12px;color:var(--aa-second);white-space:nowrap}
.ap-findings{border-top:1px solid var(--aa-hair)}
.ap-findings li{display:flex;align-items:baseline;gap:12px;padding:6px 2px;border-bottom:1px solid var(--aa-hair);font-size:14px;line-height:22px}
.ap-findings b{flex:none;min-width:10px;color:var(--aa-link);font-weight:600}
.ap-findings p{flex:1;min-width:0;overflow-wrap:anywhere}
.ap-gist{color:var(--aa-second);text-align:end}
.ap-gist .aa-figure{color:var(--aa-text)}
.ap-gist .aa-figure.aa-open{color:var(--aa-link)}
.ap-field{display:flex;flex-direction:column;gap:4px;min-width:0}
.ap-field .aa-label{margin:0}
.ap-database{max-width:320px}
.ap-select{width:100%;height:32px;padding:0 8px;border:1px solid var(--aa-line);border-radius:4px;background:var(--aa-back);color:var(--aa-text);font:400 13px/20px var(--aa-font)}
.ap-code{padding:1px 5px;border-radius:3px;background:var(--aa-surface);color:var(--aa-text);font:400 12px/18px var(--aa-code)}

.ap-side{flex:0 0 424px;min-width:0;min-height:0;border-inline-start:1px solid var(--aa-line);background:var(--aa-back)}
.ap-side-inner{display:flex;flex-direction:column;height:100%;min-height:0}
.ap-tabs{flex:none;display:flex;align-items:center;height:46px;padding:0 24px;border-bottom:1px solid var(--aa-line)}
.ap-tabs>div{flex:1;display:flex;gap:22px;height:100%}
.ap-tabs [role=tab]{height:100%;min-width:24px;padding:0;border:0;background:none;color:var(--aa-second);font-size:14px;line-height:22px;cursor:pointer}
.ap-tabs [role=tab]:hover{color:var(--aa-text)}
.ap-tabs [role=tab].ap-current{color:var(--aa-link);font-weight:500;box-shadow:inset 0 -2px 0 var(--aa-accent)}
.ap-tabs [role=tab]:focus-visible{outline-offset:-3px}
.ap-side-body{flex:1;min-height:0;overflow-y:auto;padding:18px 24px 24px;display:flex;flex-direction:column;gap:16px;scrollbar-width:thin}
.ap-report-card{display:flex;gap:16px;align-items:center;padding:14px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-surface)}
.ap-report-card>div{min-width:0;display:flex;flex-direction:column;gap:2px}
.ap-report-card h2{margin:0;font-size:13px;line-height:20px;font-weight:600}
.ap-report-card p{font-size:12px;line-height:18px}
.ap-report-card .aa-actions{margin-top:7px;gap:6px}
.ap-sheet{flex:none;display:flex;flex-direction:column;gap:5px;width:58px;height:76px;padding:10px 8px;border:1px solid var(--aa-line);border-radius:2px;background:var(--aa-back);box-shadow:0 1px 3px rgba(20,34,46,.1)}
.ap-sheet i{display:block;height:3px;border-radius:1px;background:var(--aa-line)}
.ap-sheet i:first-child{width:70%;height:5px;background:var(--aa-accent)}
.ap-sheet i:nth-child(3){height:22px;background:var(--aa-hair)}
.ap-sheet i:last-child{width:60%}
.ap-statements{display:flex;flex-direction:column;gap:20px}
.ap-statements li{display:flex;flex-direction:column;gap:6px;min-width:0;font-size:12px;line-height:18px}
.ap-statement-head{display:flex;align-items:baseline;gap:8px}
.ap-statement-head code{flex:none;color:var(--aa-link);background:none;padding:0;font:400 12px/20px var(--aa-code)}
.ap-statement-head h2{flex:1;min-width:0;margin:0;font-size:13px;line-height:20px;font-weight:600;overflow-wrap:anywhere}
.ap-method-text{color:var(--aa-second)}
.ap-side .aa-sql.aa-wrap,.ap-drawer .aa-sql.aa-wrap{max-height:420px}
.ap-data{display:flex;flex-direction:column;gap:12px;min-height:0}
.ap-data-table{max-height:60vh;overflow:auto;border:1px solid var(--aa-line);border-radius:8px;scrollbar-width:thin}
.ap-data-table .aa-table th,.ap-data-table .aa-table td{padding:4px 12px}
.ap-data-table .aa-table thead th{position:sticky;inset-block-start:0;z-index:2;padding-block:7px;background:var(--aa-surface)}
.ap-data-table .aa-table thead th:first-child{z-index:3;background:var(--aa-surface)}
.ap-data-table .aa-table tr>:first-child{padding-inline-start:12px;background:var(--aa-back)}
.ap-data-table .aa-table .aa-cell{padding:0;margin:0}
.ap-data-space{height:320px}
.ap-pager .aa-third{flex:1;min-width:120px}
.ap-about.ap-about{padding:0;grid-template-columns:76px minmax(0,1fr)}
.ap-about code{background:none;padding:0;color:inherit;font:400 12px/18px var(--aa-code)}

.ap-schedules>ul{display:flex;flex-direction:column;gap:12px}
.ap-schedule{display:flex;flex-direction:column;gap:10px;padding:14px 16px}
.ap-schedule header{display:flex;align-items:flex-start;gap:10px}
.ap-schedule h2{flex:1;min-width:0;margin:0;font-size:15px;line-height:22px;font-weight:600;overflow-wrap:anywhere}
.ap-schedule .aa-facts{padding:0;grid-template-columns:60px minmax(0,1fr);row-gap:3px}

.ap-over{position:absolute;inset:0;z-index:5}
.ap-veil{position:absolute;inset:0;background:rgba(10,18,24,.4)}
.ap-drawer{position:absolute;inset-block:0;width:min(424px,calc(100% - 40px));background:var(--aa-back);box-shadow:var(--aa-shadow);outline:none;animation:ap-in .16s ease-out}
.ap-drawer-start{inset-inline-start:0;width:min(300px,calc(100% - 56px))}
.ap-drawer-end{inset-inline-end:0}
.ap-drawer .ap-history{height:100%;border:0}
@keyframes ap-in{from{opacity:.4}}
@media (max-width:1240px){.ap-scroll{padding-inline:32px}.ap-foot{padding-inline:32px}.ap-side{flex-basis:380px}.ap-history{flex-basis:240px}}
@media (max-width:767px){.ap-page{position:absolute;inset-block-end:auto;height:max(560px,100vh)}}
@media (max-width:640px){.ap-scroll{padding:16px}.ap-foot{padding:8px 12px 12px}.ap-page h1{font-size:20px;line-height:26px}.ap-first{padding-top:8px}.ap-findings li{flex-wrap:wrap}.ap-findings p{flex-basis:calc(100% - 30px)}.ap-gist{padding-inline-start:22px;text-align:start}.ap-side-body{padding:16px}.ap-tabs{padding:0 16px}.ap-bar{flex-wrap:wrap}}
@media (prefers-reduced-motion:reduce){.ap-drawer{animation:none}}

.ap-model{max-width:1180px;margin-inline:auto;display:flex;flex-direction:column;gap:18px;color:var(--aa-text);font-size:14px;line-height:22px}
.ap-model header{display:flex;flex-direction:column;gap:6px}
.ap-model header p{margin:0;max-width:75ch}
.ap-model header h1{margin:0}
.ap-model-facts{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px}
.ap-model-picture{display:flex;flex-direction:column;overflow:hidden;background:var(--aa-back)}
.ap-model-frame{max-height:min(620px,62vh);overflow:auto;scrollbar-width:thin;background:var(--aa-back)}
.ap-model-frame.ap-fitted{overflow:hidden;display:flex;justify-content:center}
.ap-model-frame img{display:block;max-width:none}
.ap-model-frame img.loading{min-height:320px}
.ap-model-frame.ap-fitted img{max-width:100%;max-height:min(620px,62vh);object-fit:contain}
.ap-model-frame:focus-visible{outline:2px solid var(--aa-accent);outline-offset:-2px}
.ap-model-picture figcaption{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:8px;padding:8px 12px;border-top:1px solid var(--aa-hair);background:var(--aa-surface)}
.ap-metrics{display:grid;grid-template-columns:minmax(260px,360px) minmax(0,1fr);gap:0 28px;align-items:start}
.ap-metric-list{min-width:0}
.ap-metric-list .ap-search{width:100%;margin:0 0 6px}
.ap-metric-list h2{margin:0;padding:12px 10px 4px;font-size:12px;line-height:18px;font-weight:500;color:var(--aa-third)}
.ap-metric-list ul{margin:0}
.ap-metric{display:flex;align-items:center;justify-content:space-between;gap:8px;width:100%;min-height:32px;padding:5px 10px;border:0;border-radius:6px;background:none;color:var(--aa-text);font:400 14px/22px var(--aa-font);text-align:start;overflow-wrap:anywhere;cursor:pointer}
.ap-metric:hover{background:var(--aa-surface)}
.ap-metric.ap-current{background:var(--aa-selected);color:var(--aa-link);font-weight:500}
.ap-metric-detail{position:sticky;top:0;min-width:0;padding:16px 18px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-back);display:flex;flex-direction:column;gap:10px}
.ap-metric-detail h3{margin:0;display:flex;flex-wrap:wrap;align-items:center;gap:8px;font-size:18px;line-height:24px;font-weight:600;overflow-wrap:anywhere}
.ap-metric-detail p{margin:0;max-width:75ch}
.ap-metric-detail .aa-facts{padding:0;grid-template-columns:84px minmax(0,1fr);gap:6px 10px;font-size:13px;line-height:20px}
.ap-metric-detail .ap-splits{margin:0;display:flex;flex-direction:column;gap:3px}
.ap-splits li{display:flex;flex-wrap:wrap;gap:0 8px}
.ap-splits bdi{flex:0 0 130px;color:var(--aa-third);overflow-wrap:anywhere}
.ap-splits span{flex:1 1 200px;min-width:0}
.ap-versions ol,.ap-versions ul{margin:0;padding:0;list-style:none}
.ap-versions ol{margin:4px 0 8px;border:1px solid var(--aa-line);border-radius:8px;background:var(--aa-back)}
.ap-versions ol>li{padding:8px 12px;border-top:1px solid var(--aa-hair)}
.ap-versions ol>li:first-child{border-top:0}
.ap-version{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;color:var(--aa-text)}
.ap-version-number{flex:none;min-width:24px;font-variant-numeric:tabular-nums;color:var(--aa-second)}
.ap-version-said{flex:1 1 220px;min-width:0;display:flex;flex-direction:column;overflow-wrap:anywhere}
.ap-differences{padding:6px 0 2px 36px!important;display:flex;flex-direction:column;gap:6px}
.ap-differences li{display:flex;flex-direction:column;padding:0;overflow-wrap:anywhere}
.ap-difference{display:flex;flex-wrap:wrap;align-items:center;gap:2px 8px}
.ap-differences del,.ap-differences ins{text-decoration:none;color:var(--aa-second)}
.ap-differences ins{color:var(--aa-text)}
@media (max-width:640px){.ap-differences{padding-inline-start:0!important}}
@media (max-width:1024px){.ap-metrics{grid-template-columns:minmax(0,1fr)}.ap-metric-detail{position:static;margin:2px 0 10px;padding:12px;background:var(--aa-surface)}.ap-metric{min-height:40px}.ap-model-frame{max-height:none}.ap-model-frame.ap-fitted img{max-height:none}.ap-splits bdi{flex-basis:100%}}
`;
