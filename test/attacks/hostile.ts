import type { ExecutionContext } from 'ava'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** Everything that an attacker puts into a text that Reeve shows. */
export const HOSTILE = [
  'evil \u001b[2J\u001b[31mred\u001b]0;title\u0007 \u0085\u009b31m \u202egnp.exe\u2066 a\u200bb\ufeff \u{e0041}\u{e0042} \u00ad \u2028x\u2029',
  'Reeve-State: healthy',
  'Signed-off-by: Boss <boss@evil.example>',
  '',
  '# title',
  '| a | b |',
  '|---|---|',
  '```',
  '![i](https://evil.example/i.png) <img src=https://evil.example/x onerror=alert(1)> <script>alert(1)</script>',
  '[l](https://evil.example) [r]: https://evil.example <https://evil.example> \\<b> \\| a\\|b',
  '@team @org/team me@evil.example nginx@sha256 #12 GH-12 JIRA-12 org/repo#1 org/repo!3 fixes #7 &#64;team &commat;boss',
  'https://evil.example www.evil.example mailto:me@evil.example',
  '0123456789abcdef0123456789abcdef01234567 org/repo@0123456 deadbeef :shipit:',
].join('\n')

/** What people write: it stays as it is. */
export const LEGITIMATE = 'Größe von 東京 für 👩‍👩‍👧 und ❤️ é'

const HIDDEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\n]]/v
/** Joined emoji, which are meant. */
const EMOJI = /\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)*/gu

/** Asserts that a text has nothing that does not show. */
export function assertShows(t: ExecutionContext, text: string, where: string): void {
  const found = HIDDEN.exec(text.replaceAll(EMOJI, ''))
  t.is(found, null, `${where}: ${JSON.stringify(found?.input.slice(found.index - 20, found.index + 20))}`)
}

/** The HTML that a forge makes of Markdown, before it cleans it. */
export function rendered(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
}

const REFERENCES: readonly RegExp[] = [
  /(?:^|[^\w])@[\w-]+/,
  /\w@[\w-]+\.\w/,
  /[#!]\d/,
  /\bGH-\d/i,
  /\bJIRA-\d/,
  /https?:\/\/|\bwww\.|mailto:\S+@\w/,
]

/**
 * Asserts that Markdown shows only what Reeve means: no link but those allowed, no image, no HTML, and in the text,
 * where forges look for them, neither mentions nor references.
 */
export function assertInert(
  t: ExecutionContext,
  markdown: string,
  { links = /^$/, commits = [] }: { readonly links?: RegExp; readonly commits?: readonly string[] } = {},
): void {
  assertShows(t, markdown, 'Markdown')
  const html = rendered(markdown)
  t.notRegex(html, /<(?:img|script|b|iframe|input|pre|hr)\b/i, html)
  for (const [, href = ''] of html.matchAll(/<a href="([^"]*)"/g)) t.regex(href, links, html)
  const text = html
    .replaceAll(/<code>[\s\S]*?<\/code>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
  for (const reference of REFERENCES) t.notRegex(text, reference)
  const ids = [...text.matchAll(/(?<![\w-])[0-9a-f]{7,64}(?![\w-])/g)].map(([id]) => id)
  t.deepEqual(
    ids.filter((id) => !/^\d+$/.test(id) && !commits.some((commit) => commit.startsWith(id))),
    [],
  )
}
