"""The style sheet of the pages: narrow and wide, light and dark, on paper."""

CSS = """
:root { color-scheme: light dark; --bg: #fff; --fg: #1b1f24; --quiet: #57606a; --line: #d0d7de;
  --card: #f6f8fa; --link: #0550ae; --good: #116329; --bad: #a40e26; --bad-bg: #fff0ee;
  --open: #7d4e00; --open-bg: #fff8e1; --mark: #ffe08a; --mark-fg: #1b1f24; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #14181d; --fg: #e6edf3; --quiet: #9aa5b1; --line: #3a424c; --card: #1c2128;
    --link: #79b8ff; --good: #6fdd8b; --bad: #ff9a8f; --bad-bg: #33191a; --open: #f2cc60;
    --open-bg: #2e2713; --mark: #6b5200; --mark-fg: #fff; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--bg); color: var(--fg);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .7rem; padding-bottom: .2rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p { margin: .35rem 0; }
a { color: var(--link); }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "STIXGeneral",
  "Noto Sans Math", "DejaVu Math TeX Gyre", math; font-size: 1.08em; }
mtext { font-family: system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  font-size: .92em; }
.box { border: 1px solid currentColor; padding: .2em .3em; }
.strike { background: linear-gradient(to top right, transparent 48%, currentColor 48%,
    currentColor 52%, transparent 52%); }
.overline { border-top: .06em solid currentColor; padding-top: .12em; }
.underline { border-bottom: .06em solid currentColor; padding-bottom: .12em; }
.changed { background: var(--mark); color: var(--mark-fg); margin: 0 .15em; border-radius: .2em;
  box-shadow: 0 0 0 .12em var(--mark); }
mark { background: var(--mark); color: var(--mark-fg); border-radius: .2em; padding: 0 .1em; }
code, pre { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace;
  font-size: .86em; }
code { white-space: pre-wrap; }
pre { margin: .35rem 0; line-height: 1.35; }
.scroll { overflow-x: auto; overflow-y: hidden; max-width: 100%; padding: .2rem 0;
  overflow-wrap: normal; }
.inline { display: inline-block; max-width: 100%; overflow-x: auto; overflow-y: hidden;
  vertical-align: middle; }
.quiet { color: var(--quiet); }
.total { font-size: 1.2rem; font-weight: 600; }
.note { border-left: .25rem solid var(--open); background: var(--open-bg); padding: .5rem .8rem;
  margin: .7rem 0; border-radius: 0 .3rem .3rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; font-size: .87rem; overflow-wrap: normal; }
tbody th { font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;
  overflow-wrap: normal; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
ul, ol { margin: .3rem 0; padding-left: 1.3rem; }
.chain, .answers { list-style: none; padding: 0; margin: .8rem 0 1.4rem;
  border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
.chain > li { display: grid; grid-template-columns: 2.4rem minmax(0, 1fr) 11.5rem 5.5rem;
  column-gap: .5rem; align-items: center; padding: .3rem .8rem .3rem .4rem; }
.chain > li + li { border-top: 1px solid var(--line); }
.chain .start { grid-template-columns: minmax(0, 1fr); padding-left: .8rem; }
.chain .relation { text-align: center; }
.chain .more { grid-column: 2 / -1; }
.verdict { font-size: .87rem; }
.where { font-size: .82rem; color: var(--quiet); text-align: right; }
.sign { display: inline-block; width: 1.3em; font-weight: 700; text-align: center; }
.proved .verdict, .given .verdict { color: var(--quiet); }
.proved .sign { color: var(--good); }
.refuted { background: var(--bad-bg); }
.refuted .verdict { color: var(--bad); font-weight: 700; }
.follows, .unresolved, .unread { background: var(--open-bg); }
.follows .verdict, .unresolved .verdict, .unread .verdict { color: var(--open); font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubt { color: var(--open); }
.more { font-size: .95rem; padding: .1rem 0 .4rem; min-width: 0; }
.more dl, .answers dl { margin: .2rem 0; display: grid;
  grid-template-columns: 11.5rem minmax(0, 1fr); gap: .1rem .6rem; align-items: baseline; }
dt { color: var(--quiet); font-size: .87rem; } dd { margin: 0; min-width: 0; }
.answers > li { padding: .5rem .8rem; }
.answers > li + li { border-top: 1px solid var(--line); }
.answers .head { display: flex; flex-wrap: wrap; gap: .2rem 1rem; justify-content: space-between;
  align-items: baseline; }
.answers .where { margin-left: .8rem; }
.name { font-weight: 600; min-width: 0; max-width: 100%; overflow-x: auto; overflow-y: hidden; }
.values { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: 0; }
.values li { max-width: 100%; overflow-x: auto; overflow-y: hidden; }
.figures { list-style: none; display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; }
.figures li { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .9rem; }
.figures strong { display: block; font-size: 1.3rem; }
td small { display: block; font-weight: 400; }
.who { min-width: 8rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--line);
  color: var(--quiet); font-size: .87rem; }
@media (max-width: 40rem) {
  body { padding: .8rem; }
  .chain > li { grid-template-columns: 1.7rem minmax(0, 1fr) auto; padding-right: .5rem; }
  .chain .relation { grid-row: 1; }
  .chain .side { grid-column: 2 / -1; }
  .chain .start .side { grid-column: 1 / -1; }
  .chain .verdict { grid-column: 2; }
  .chain .where { grid-column: 3; }
  .chain .more { grid-column: 1 / -1; padding-left: .4rem; }
  .more dl, .answers dl { grid-template-columns: minmax(0, 1fr); }
  .stack thead { position: absolute; left: -999rem; }
  .stack tr { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; column-gap: .7rem;
    border-bottom: 1px solid var(--line); padding: .3rem 0; }
  .stack th, .stack td { border: 0; padding: .1rem 0; min-width: 0; }
  .stack .wide { grid-column: 1 / -1; color: var(--quiet); }
}
@media print {
  :root { --bg: #fff; --fg: #000; --quiet: #444; --card: #fff; --line: #bbb; --link: #000;
    --good: #000; --bad: #000; --bad-bg: #fff; --open: #000; --open-bg: #fff; --mark: #ddd;
    --mark-fg: #000; color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  .chain > li, .answers > li, tr, .note { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  .scroll { overflow: visible; }
  .skip { display: none; }
}
"""
