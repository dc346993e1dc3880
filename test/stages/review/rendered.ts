import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** Markdown as forges render it, but with all HTML that is in it: nothing is filtered. */
export function rendered(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml({})],
  })
}

export interface Element {
  readonly name: string
  readonly attributes: string
}

/** Start tags of a rendered text: the engine writes each `<` of a text as an entity. */
export function elementsOf(html: string): readonly Element[] {
  return [...html.matchAll(/<([A-Za-z][\w-]*)([^>]*)>/g)].map(([, name = '', attributes = '']) => ({
    name: name.toLowerCase(),
    attributes: attributes.trim(),
  }))
}

/** Text of a rendered text that is not code, where forges look for mentions and references. */
export function proseOf(html: string): string {
  return textOf(html.replaceAll(/<pre[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>/g, ' '))
}

/** Text without tags. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
