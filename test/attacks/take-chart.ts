// Takes the chart `app` 1.0.0 of a chart repository into a directory, and says how many files it has, or the fault.
import { TemplateSources } from '../../src/adapters/source/template-sources.ts'

const [, , repository = '', directory = ''] = process.argv
await using sources = new TemplateSources({
  directory,
  limits: { tries: 1 },
  rules: { addresses: ['127.0.0.0/8'] },
})
const tree = await sources.tree({ chart: { repository, name: 'app', version: '1.0.0' } })
const answer = 'fault' in tree ? tree.fault.message : await filesIn(tree)
process.stdout.write(`${answer}\n`)

async function filesIn({ entriesBelow, readBlobs }: Exclude<typeof tree, { readonly fault: unknown }>) {
  const entries = await entriesBelow('')
  const contents = await readBlobs(entries.map(({ oid }) => oid))
  return `${contents.size} files`
}
