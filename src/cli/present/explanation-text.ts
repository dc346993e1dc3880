import type { Explanation } from '../../control/fleet/explain-now.ts'
import type { JsonValue } from '../../model/json.ts'
import { writeJson } from '../../model/json.ts'
import { printable } from '../../model/printable.ts'
import type { Explained, Said } from '../../model/values.ts'
import { presentNotices } from './faults.ts'
import { paint } from './paint.ts'

/** Where each setting of an installation comes from, for people. */
export function presentExplanation(
  explanation: Explanation,
  { colour }: { readonly colour: boolean },
): string {
  const { installation, groups, template, namespace, releaseName, settings, notices } = explanation
  const { pinned, inherited } = explanation
  const head = [
    paint('bold', printable(installation), colour),
    ...(template === undefined ? [] : [`  template: ${printable(template)}`]),
    ...(groups.length === 0 ? [] : [printable(`  group: ${groups.join(' in ')}`)]),
    ...(namespace === undefined ? [] : [`  namespace: ${printable(namespace)}`]),
    ...(releaseName === undefined ? [] : [`  release: ${printable(releaseName)}`]),
    ...(pinned === undefined ? [] : [pinText(pinned, inherited)]),
  ]
  const body = settings.flatMap((setting) => ['', ...linesOf(setting, colour)])
  const none = settings.length === 0 ? ['', 'It has no version and no values.'] : []
  const noticed = notices.length === 0 ? '' : `\n${presentNotices(notices, { colour })}`
  return `${[...head, ...body, ...none].join('\n')}\n${noticed}`
}

function pinText(pinned: string, inherited: string | undefined): string {
  const where = inherited === undefined ? ', but what it inherits is shown as it is here' : ''
  return `  pinned to ${pinned.slice(0, 12)}${where}`
}

function linesOf({ path, said, overridden }: Explained, colour: boolean): readonly string[] {
  return [
    `${printable(path)}: ${paint('green', written(said.value), colour)}`,
    `  ${placeOf(said)}`,
    ...overridden.map((other) =>
      paint('dim', `  overrides ${written(other.value)}: ${placeOf(other)}`, colour),
    ),
  ]
}

function placeOf({ kind, name, location: { file, line } }: Said): string {
  const who = kind === 'enforced' ? `enforced by group ${name}` : `${kind} ${name}`
  return printable(`${file}:${line}, ${who}`)
}

function written(value: JsonValue): string {
  const text = printable(writeJson(value))
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
