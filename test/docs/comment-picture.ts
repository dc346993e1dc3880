// The example comment as a page that looks like a forge's:
//
//     node test/docs/comment-picture.ts > comment.html
//     chromium --headless --screenshot=docs/using/review.png --window-size=900,1860 --hide-scrollbars comment.html
//     pngquant --force --ext=.png docs/using/review.png
import { readFile } from 'node:fs/promises'
import { rendered } from '../stages/review/rendered.ts'

const STYLE = `
body { margin: 0; background: #fff; color: #1f2328; font: 14px/1.5 'Noto Sans', 'DejaVu Sans', sans-serif; }
.comment { margin: 16px; border: 1px solid #d1d9e0; border-radius: 6px; }
.author { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; color: #59636e; }
.author b { color: #1f2328; }
.body { padding: 0 16px 16px; }
h3 { font-size: 18px; margin: 20px 0 12px; } h4 { font-size: 14px; margin: 20px 0 10px; } p { margin: 10px 0; }
code { font: 12px 'DejaVu Sans Mono', monospace; background: #eff1f3; border-radius: 6px; padding: 2px 5px; }
pre { background: #f6f8fa; border-radius: 6px; padding: 12px; margin: 8px 0; line-height: 1.5; }
pre code { display: block; padding: 0; background: none; }
.added { color: #116329; background: #dafbe1; } .removed { color: #82071e; background: #ffebe9; } .hunk { color: #8250df; }
table { border-collapse: collapse; } th, td { border: 1px solid #d1d9e0; padding: 5px 12px; } th { background: #f6f8fa; }
.alert { border-left: 4px solid #cf222e; padding: 4px 14px; margin: 14px 0; }
.alert > b:first-child { color: #cf222e; font-weight: 500; }
ul { padding-left: 24px; margin: 6px 0; } hr { border: 0; border-top: 1px solid #d1d9e0; margin: 18px 0; }
a { color: #0969da; text-decoration: none; } summary { margin: 8px 0; }
`

const example = await readFile(new URL('../stages/review/example-comment.md', import.meta.url), 'utf8')
const body = rendered(example)
  .replaceAll(
    /<blockquote>\n<p>\[!CAUTION\]\n([\s\S]*?)<\/blockquote>/g,
    '<div class="alert"><b>⊘ Caution</b>\n<p>$1</div>',
  )
  .replaceAll(/(<code class="language-diff">)([\s\S]*?)(<\/code>)/g, (_, start, text: string, end) => {
    return start + text.trimEnd().split('\n').map(colored).join('\n') + end
  })

process.stdout.write(
  `<!doctype html><meta charset="utf-8"><title>A review</title><style>${STYLE}</style>` +
    `<div class="comment"><div class="author"><b>reeve</b> commented</div><div class="body">${body}</div></div>\n`,
)

/** A line of a diff, as forges color it. */
function colored(line: string): string {
  const kind = { '+': 'added', '-': 'removed', '@': 'hunk' }[line.charAt(0)]
  return kind === undefined ? line : `<span class="${kind}">${line}</span>`
}
