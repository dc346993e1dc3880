import { type Finished, run } from './child.ts'

/** The environment without user settings and variables such as GIT_DIR, which change the behaviour of git. */
export function gitEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    no_proxy: '*',
    LC_ALL: 'C',
    ...more,
  }
}

export interface GitOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs native git to its end, with any exit code. */
export function runGit(args: readonly string[], options: GitOptions = {}): Promise<Finished> {
  return run(['git'], args, { cwd: options.cwd, env: gitEnvironment(options.env) })
}

/** Runs native git and resolves to its output. Rejects with its error output if it fails. */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { stdout, stderr, code } = await runGit(args, options)
  if (code !== 0) throw new Error(`git ${args[0]} failed with code ${code}: ${stderr.trim()}`)
  return stdout.trimEnd()
}
