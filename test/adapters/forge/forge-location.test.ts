import test from 'ava'
import { type ForgeLocation, filePage } from '../../../src/adapters/forge/forge-location.ts'

const rows: readonly (readonly [kind: ForgeLocation['kind'], path: readonly string[], page: string])[] = [
  ['github', ['acme', 'fleet'], 'https://git.example/acme/fleet/blob/reeve/review/eu/feature/1%2520%23.md'],
  [
    'gitlab',
    ['acme', 'platform', 'fleet'],
    'https://git.example/acme/platform/fleet/-/blob/reeve/review/eu/feature/1%2520%23.md',
  ],
  [
    'gitea',
    ['acme', 'fleet'],
    'https://git.example/acme/fleet/src/branch/reeve/review/eu/feature/1%2520%23.md',
  ],
]

for (const [kind, path, page] of rows)
  test(`the page of a file of a branch on ${kind}`, (t) => {
    const location = { kind, url: 'https://git.example', path }
    t.is(filePage(location, 'reeve/review/eu', 'feature/1%20#.md'), page)
  })
