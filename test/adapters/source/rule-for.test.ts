import test from 'ava'
import { ruleFor, sourceAddress } from '../../../src/adapters/source/provenance/rule-for.ts'

for (const [repository, address] of [
  ['https://charts.example.com', 'charts.example.com'],
  ['https://Charts.Example.com:443//stable/', 'charts.example.com/stable'],
  ['https://charts.example.com./%73table/x/..', 'charts.example.com/stable'],
  ['http://charts.example.com:80/a%2Fb', 'charts.example.com/a/b'],
  ['https://charts.example.com/a%2f..%2fstable', 'charts.example.com/stable'],
  ['https://charts.example.com/a%2F%2e%2e%2Fstable', 'charts.example.com/stable'],
  ['https://charts.example.com/a%5c..%5cstable/%2e', 'charts.example.com/stable'],
  ['https://charts.example.com:8443/stable?a=b#c', 'charts.example.com:8443/stable'],
  ['https://user:password@charts.example.com', 'charts.example.com'],
  ['oci://ghcr.io/acme', 'ghcr.io/acme'],
  ['oci://registry-1.docker.io/acme', 'docker.io/acme'],
  ['index.docker.io/acme', 'docker.io/acme'],
  ['GHCR.io/acme', 'ghcr.io/acme'],
  ['127.0.0.1:5000/acme', '127.0.0.1:5000/acme'],
  ['https://[::1]:5000', '[::1]:5000'],
] as const)
  test(`the source of ${repository} is ${address}`, (t) => {
    t.is(sourceAddress(repository), address)
  })

const sourceOf = (repository: string, ...sources: readonly string[]) =>
  ruleFor(
    { repository, name: 'chat' },
    sources.map((source) => ({ source })),
  )?.source

test('a rule is for a host, for what is below a path by whole segments, or for any source', (t) => {
  t.is(sourceOf('oci://ghcr.io/acme', 'ghcr.io'), 'ghcr.io')
  t.is(sourceOf('oci://ghcr.io/acme/charts', 'ghcr.io/acme'), 'ghcr.io/acme')
  t.is(sourceOf('oci://ghcr.io/acme', 'ghcr.io/acme/chat'), 'ghcr.io/acme/chat')
  t.is(sourceOf('oci://ghcr.io/acme-evil', 'ghcr.io/acme'), undefined)
  t.is(sourceOf('oci://ghcr.io.example.com/acme', 'ghcr.io'), undefined)
  t.is(sourceOf('oci://example.com', 'ghcr.io', '*'), '*')
})

test('the first rule that fits holds', (t) => {
  t.is(sourceOf('oci://ghcr.io/acme', 'ghcr.io/acme', 'ghcr.io'), 'ghcr.io/acme')
  t.is(sourceOf('oci://ghcr.io/acme', '*', 'ghcr.io/acme'), '*')
})
