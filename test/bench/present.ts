import { type Measured, type RowSpec, rowNames, specOf, type Unit } from './row-table.ts'
import { INSTALLATION_SIZE } from './workload.ts'

/** The rows that were measured, as a Markdown table. */
export function presentTable(objects: number, measured: Measured): string {
  const rows = rowNames.flatMap((name) => {
    const value = measured[name]
    if (value === undefined) return []
    const spec = specOf(name)
    const cells = [
      spec.title,
      format(value, spec.unit),
      goalText(spec, objects),
      verdict(spec, objects, value),
    ]
    return [`| ${cells.join(' | ')} |`]
  })
  const title = `${objects.toLocaleString('en')} objects in ${Math.ceil(objects / INSTALLATION_SIZE).toLocaleString('en')} installations`
  return [`| ${title} | measured | target | |`, '| --- | ---: | ---: | --- |', ...rows, ''].join('\n')
}

function goalText({ goals, better, unit }: RowSpec, objects: number): string {
  const goal = goals?.[objects]
  if (goal === undefined) return ''
  if (goal === 0) return '0'
  return `${better === 'higher' ? '≥' : '≤'} ${format(goal, unit)}`
}

function verdict({ goals, better }: RowSpec, objects: number, value: number): string {
  const goal = goals?.[objects]
  if (goal === undefined) return ''
  return (better === 'higher' ? value >= goal : value <= goal) ? 'ok' : 'missed'
}

const units: Readonly<Record<Unit, (value: number) => string>> = {
  ratio: (value) => value.toFixed(2),
  'per second': (value) => `${Math.round(value).toLocaleString('en')} /s`,
  s: (value) => `${value.toFixed(2)} s`,
  ms: (value) => `${Math.round(value)} ms`,
  '%': (value) => `${value.toFixed(2)} %`,
  MiB: (value) => `${Math.round(value)} MiB`,
  count: (value) => String(value),
}

function format(value: number, unit: Unit): string {
  return units[unit](value)
}
