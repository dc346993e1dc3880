import { cp, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { bundle } from '../../src/support/package/bundle.ts'
import { packageRoot } from '../../src/support/package/package-root.ts'

/** What the container image has of Reeve, the renderer aside, in a directory of its own. */
export interface Image extends AsyncDisposable {
  readonly directory: string
  /** The arguments that Node starts Reeve with. */
  readonly nodeArguments: readonly string[]
  /** The environment variables that the image sets. */
  readonly environment: Readonly<Record<string, string>>
}

/** The instructions of the Dockerfile, one a line, as words. */
export async function dockerInstructions(): Promise<readonly string[]> {
  const text = await readFile(join(packageRoot(), 'Dockerfile'), 'utf8')
  return text.replaceAll('\\\n', ' ').match(/^[A-Z]+ .*$/gm) ?? []
}

/** Does what the last stage of the Dockerfile does, and what `npm run build` does for it. */
export async function makeImage(): Promise<Image> {
  const reaper = startReaper()
  const directory = await mkdtemp(join(tmpdir(), 'reeve-image-'))
  reaper.guardDirectory(directory)
  const instructions = await dockerInstructions()
  const stage = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')))
  const operands = (name: string) =>
    stage.filter((line) => line.startsWith(`${name} `)).map((line) => line.split(/\s+/).slice(1))
  for (const words of operands('COPY')) await copy(words, directory)
  const [entry] = operands('ENTRYPOINT')
  const [, ...nodeArguments]: string[] = JSON.parse(entry?.join(' ') ?? '[]')
  return {
    directory,
    nodeArguments: nodeArguments.map((argument) => argument.replace(/^\/app\//, `${directory}/`)),
    environment: Object.fromEntries(operands('ENV').flatMap((words) => words.map((word) => word.split('=')))),
    [Symbol.asyncDispose]: () => reaper.close(),
  }
}

/** What the stage "build" gives is what npm has installed here, and the bundle. */
async function copy(words: readonly string[], directory: string): Promise<void> {
  const target = join(directory, words.at(-1) ?? '')
  const [first = '', ...others] = words.slice(0, -1)
  if (!first.startsWith('--from=')) {
    for (const file of [first, ...others]) await cp(join(packageRoot(), file), join(target, basename(file)))
  } else if (others[0] === '/app/dist') {
    await bundle(target)
  } else if (first === '--from=build') {
    const source = (others[0] ?? '').replace(/^\/app\//, '')
    await cp(join(packageRoot(), source), target, { recursive: true })
  }
}
