import { registerHooks } from 'node:module'

// What a process loads that opens a forge. Arguments: its kind, or none to open none. Prints the libraries.
const loaded = new Set<string>()
registerHooks({
  load(url, context, next) {
    const [, library] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
    if (library !== undefined) loaded.add(library)
    return next(url, context)
  },
})
const { openForge } = await import('../../../src/adapters/forge/open-forge.ts')
const { Secret } = await import('../../../src/model/secret.ts')
const kind = process.argv[2] as 'github' | 'gitlab' | 'gitea' | undefined
if (kind !== undefined) {
  const credentials = { token: new Secret('x') }
  const forge = await openForge({ kind, repository: 'https://git.example/acme/fleet', credentials })
  await forge[Symbol.asyncDispose]()
}
console.log(JSON.stringify([...loaded]))
