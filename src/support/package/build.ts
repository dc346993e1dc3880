import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { packageRoot } from './package-root.ts'
import type { GoModule } from './sbom.ts'

// npm run build [-- FILE]: what `go version -m -json` says of the renderer, for the bill of materials
await bundle(join(packageRoot(), 'dist'), await modulesIn(process.argv[2]))

async function modulesIn(file: string | undefined): Promise<readonly GoModule[]> {
  if (file === undefined) return []
  const { Deps } = JSON.parse(await readFile(file, 'utf8')) as { readonly Deps: readonly GoModule[] }
  return Deps
}
