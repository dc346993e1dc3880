import { buildProgram } from '../../src/cli/program.ts'
import { createLog } from '../../src/support/telemetry/log.ts'

/** A command line of a shell, its environment put aside. */
export type Words = readonly string[]

/** The commands of a `sh` or `console` block, one each, pipes and lists taken apart. */
export function commandsIn(language: string, text: string): readonly Words[] {
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n')
  const typed = language === 'console' ? lines.flatMap((line) => /^\$ (.*)$/.exec(line)?.[1] ?? []) : lines
  return typed.flatMap(commandsOf)
}

/** The words that `reeve` is called with; undefined for any other program. */
export function reeveArguments(words: Words): Words | undefined {
  if (words[0] === 'reeve') return words.slice(1)
  return words.slice(0, 5).join(' ') === 'npm run --silent reeve --' ? words.slice(5) : undefined
}

/** What the program finds wrong with a command line, before it looks at any value. */
export async function wrongIn(args: Words): Promise<readonly string[]> {
  const wrong: string[] = []
  const nowhere = { write: () => true }
  const io = {
    out: nowhere,
    err: nowhere,
    colour: false,
    errColour: false,
    surroundings: { environment: {}, terminal: false, homeDirectory: undefined },
    openLog: createLog,
  }
  const program = buildProgram(io, async (_spec, { faults }) => {
    wrong.push(...faults.map(({ message }) => message))
  })
  await program.parseAsync(args, { from: 'user' }).catch((error: { exitCode?: number; message: string }) => {
    if (error.exitCode !== 0) wrong.push(error.message)
  })
  return wrong
}

function commandsOf(line: string): readonly Words[] {
  const commands: string[][] = [[]]
  for (const [word] of line.matchAll(/"(?:[^"])*"|'[^']*'|(?:[^\s"'|&;]|"[^"]*"|'[^']*')+|&&|\|\||[|;&]/g)) {
    if (word.startsWith('#')) break
    if (/^(?:&&|\|\||[|;&])$/.test(word)) commands.push([])
    else commands.at(-1)?.push(word.replaceAll(/["']/g, ''))
  }
  return commands.map(withoutEnvironment).filter((words) => words.length > 0)
}

function withoutEnvironment(words: Words): Words {
  const first = words.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word))
  return first < 0 ? [] : words.slice(first)
}
