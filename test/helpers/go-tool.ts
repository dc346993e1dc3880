import { fileURLToPath } from 'node:url'
import { buildGoProgram } from '../../src/adapters/go-program/build-go-program.ts'
import { goProgram } from '../../src/adapters/go-program/go-program.ts'
import { guard } from '../../src/sandbox/reaper.ts'

/** A program of somebody else's that tests run, as a Go module below test/ requires it. */
export interface GoTool {
  /** Directory of the module, below test/. */
  readonly module: string
  /** Import path of its main package. */
  readonly mainPackage: string
  readonly name: string
  readonly title: string
  readonly duration: string
  /** Variables to link in, as `-X` takes them. */
  readonly settings?: string
  /** Build tags, separated by spaces. */
  readonly tags?: string
  readonly hasC?: true
}

export function toolModule(module: string): string {
  return fileURLToPath(new URL(`../${module}`, import.meta.url))
}

/** Builds the tool where it is not there yet. @returns its path, in the user's cache directory */
export async function buildGoTool({
  module,
  mainPackage,
  name,
  title,
  duration,
  settings,
  tags,
  hasC,
}: GoTool): Promise<string> {
  const flags = ['-s', '-w', ...(settings === undefined ? [] : ['-X', settings])].join(' ')
  const program = await goProgram({
    directory: toolModule(module),
    mainPackage,
    buildArguments: ['build', '-trimpath', ...(tags === undefined ? [] : ['-tags', tags]), '-ldflags', flags],
    ...(hasC && { hasC }),
    name,
    title: `${title}, for the tests`,
    duration,
  })
  await buildGoProgram(program, { onStart: guard })
  return program.program
}
