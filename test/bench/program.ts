import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../..', import.meta.url)

/** How `npm run reeve` starts Reeve: the arguments of node, with full paths. */
export function programArguments(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))
  const [node, ...args]: string[] = scripts.reeve.split(' ')
  if (node !== 'node') throw new Error(`the script "reeve" is "${scripts.reeve}"`)
  return args.map((arg) => (arg.startsWith('-') ? arg : fileURLToPath(new URL(arg, ROOT))))
}
