import { type BuildOptions, buildGoProgram } from '../go-program/build-go-program.ts'
import { engineSource } from './engine-source.ts'

/** Builds reeve-engine if it is missing. Resolves to its path; rejects with the fault go-build. */
export async function buildEngine(options: BuildOptions = {}): Promise<string> {
  const source = await engineSource(options.environment)
  await buildGoProgram(source, options)
  return source.program
}
