import test from 'ava'
import { reeve } from '../../helpers/reeve.ts'

test('the demo goes through all its scenes and exits 0', async (t) => {
  const { code, stdout, stderr } = await reeve(['demo', '--once'])
  t.is(code, 0, stderr)
  t.is(stdout.match(/^\d\. /gm)?.length, 5)
  t.regex(stdout, /- spec\.replicas: 2\n +\+ spec\.replicas: 3/)
  t.regex(stdout, /which had drifted\n +- spec\.replicas: 1\n/)
  t.regex(stdout, /! eu\/globex\/report\.yaml:\d+: a field that the kind does not have:\s+spec\.schedle/)
  t.regex(stdout, /status [0-9a-f]{7} acme: healthy at [0-9a-f]{7} \(drift put back\)/)
})
