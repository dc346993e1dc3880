import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import { allDocuments, anchorsIn, linksIn, ROOT } from './documents.ts'

for (const document of await allDocuments()) {
  test(`every relative link and anchor of ${document.path} resolves`, async (t) => {
    for (const link of linksIn(document)) {
      if (/^[a-z]+:/.test(link)) continue
      const [target = '', anchor] = link.split('#')
      const path = target === '' ? document.path : join(dirname(document.path), target)
      await t.notThrowsAsync(access(join(ROOT, path)), link)
      if (anchor === undefined) continue
      const text = await readFile(join(ROOT, path), 'utf8')
      t.true(anchorsIn({ path, text }).has(anchor), link)
    }
    t.pass()
  })
}

test('every page of docs is reached from the index', async (t) => {
  const documents = await allDocuments()
  const pages = documents.filter(({ path }) => path.startsWith('docs/') && path !== 'docs/README.md')
  const index = documents.find(({ path }) => path === 'docs/README.md')
  const links = new Set(index && linksIn(index).map((link) => join('docs', link)))
  for (const { path } of pages) t.true(links.has(path), path)
})
