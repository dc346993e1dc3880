import { printableLines } from '../../../src/model/printable.ts'
import { type Element, elementsOf, proseOf, rendered } from './rendered.ts'

const ELEMENTS: ReadonlySet<string> = new Set(
  'h3 h4 p strong em code pre ul li table thead tbody tr th td blockquote details summary hr br a'.split(' '),
)
/** What forges make links, mentions or pictures of. */
const ACTIVE =
  /@[\w-]|[#!&%$]\d|\b[gG][hH]-\d|\b[A-Z][A-Z0-9_]*-\d|:\/\/|\b[wW]{3}\.|:[\w+-]+:|(?<![\w-])[0-9a-fA-F]{7,}(?![\w-])/

/**
 * What is in a comment besides Reeve's own Markdown and plain text: none of it may be there. A line that begins with
 * a slash is a command to GitLab, and to many a bot.
 */
export function markupIn(markdown: string, mayLink = false): readonly string[] {
  const html = rendered(markdown)
  return [
    ...elementsOf(html)
      .filter((element) => !isOwn(element, mayLink))
      .map(({ name, attributes }) => `<${name} ${attributes}>`),
    ...shapeOf(html),
    ...(ACTIVE.exec(proseOf(html).replaceAll(/\[!(?:CAUTION|WARNING)\]/g, '')) ?? []),
    ...(/^\/.*/m.exec(markdown) ?? []),
    ...(printableLines(markdown) === markdown ? [] : ['characters that do not show']),
  ]
}

function isOwn({ name, attributes }: Element, mayLink: boolean): boolean {
  if (!ELEMENTS.has(name)) return false
  if (name === 'a') return mayLink && /^href="https?:\/\/[^"]*"$/.test(attributes)
  if (name === 'code' && /^class="language-(?:diff|text)"$/.test(attributes)) return true
  return attributes === '' || attributes === '/'
}

function shapeOf(html: string): readonly string[] {
  const count = (found: RegExp) => [...html.matchAll(found)].length
  const shape = {
    'one comment': count(/<!--/g) === 1,
    'one title': count(/<h3>/g) === 1,
    'one footer': count(/<hr/g) === 1,
    'details closed': count(/<details>/g) === count(/<\/details>/g),
    'two quotes at most': count(/<blockquote>/g) <= 2,
    'flat lists': count(/<li>\s*(?:<p>)?\s*<(?:ul|ol|blockquote|h\d|pre)/g) === 0,
  }
  return Object.entries(shape).flatMap(([name, isSo]) => (isSo ? [] : [`not ${name}`]))
}
