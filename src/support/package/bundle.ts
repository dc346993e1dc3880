import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { librariesOf, licensesOf } from './libraries.ts'
import { packageRoot } from './package-root.ts'
import { type GoModule, sbomOf } from './sbom.ts'

/** Defines what CommonJS modules expect: `require`, by which they load Node's own, and their directory. */
const COMMON_JS = `import { createRequire as createRequireHere } from 'node:module'
const require = createRequireHere(import.meta.url)
const __dirname = import.meta.dirname`

/** Of libraries beside the bundle, with their licenses: the LGPL asks that openpgp can be replaced. */
const BESIDE = ['node_modules/openpgp/package.json']

/** Parts of ssh2 in machine code, which it does without: they may be there, for this machine, or not. */
const NATIVE = ['*.node', 'cpu-features']

/**
 * Writes the program and its libraries as a few JavaScript files, with the licenses of their content. Each
 * start takes half a second and 40 MiB less than with a thousand modules.
 *
 * @param directory is emptied first
 * @param modules those of the renderer, for the bill of materials
 */
export async function bundle(directory: string, modules: readonly GoModule[] = []): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: packageRoot(),
    entryPoints: ['src/cli/main.ts', 'src/cli/execute.ts'],
    outdir: directory,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: { js: COMMON_JS },
    external: ['openpgp', ...NATIVE],
    plugins: [withoutGeneratedClient],
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  })
  await copyHealthRules(directory)
  const inside = await librariesOf(Object.keys(metafile.inputs))
  await writeFile(join(directory, 'LICENSES.txt'), licensesOf(inside))
  const all = [...inside, ...(await librariesOf(BESIDE))]
  await writeFile(join(directory, 'sbom.cdx.json'), sbomOf(all, modules))
}

/** The rules are data, which src/stages/health/shipped-rules.ts reads from beside itself; their cases stay here. */
async function copyHealthRules(directory: string): Promise<void> {
  const rules = join(packageRoot(), 'src/stages/health/rules')
  await cp(rules, join(directory, 'rules'), {
    recursive: true,
    filter: (path) => !path.endsWith('.cases.yaml'),
  })
}

/** Does in the bundle what src/adapters/cluster/import-kube-config.ts does for the sources. */
const withoutGeneratedClient: Plugin = {
  name: 'without-generated-client',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer }) =>
      importer.endsWith('/@kubernetes/client-node/dist/config.js')
        ? { path: join(packageRoot(), 'src/adapters/cluster/no-generated-client.ts') }
        : undefined,
    )
  },
}
