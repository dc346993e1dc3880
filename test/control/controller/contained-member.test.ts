import test from 'ava'
import { kindsOf } from '../../../src/adapters/cluster/kinds.ts'
import { containedMember } from '../../../src/control/fleet/member.ts'
import type { Fault } from '../../../src/model/fault.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import type { Kinds } from '../../../src/model/schema.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import { onlyInstallation } from '../../helpers/declare-files.ts'

const FILES = { 'acme/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' }

test('an error while an installation is resolved is its fault, and it stays as it was known', async (t) => {
  const head = await onlyInstallation(FILES)
  const kinds = kindsOf([CONFIG_MAPS])
  const unforeseen: Fault[] = []
  const onUnforeseen = (_: unknown, fault: Fault) => void unforeseen.push(fault)
  const target = { installation: head, revision: revisionAt('a') }
  const common = { attempted: head, target, onUnforeseen }
  const known = containedMember({ ...common, placement: { kinds, namespace: 'default' }, known: undefined })
  t.is(known.objects.size, 1)

  const resource = () => {
    throw new RangeError('Invalid string length')
  }
  const broken = { kinds: { ...kinds, resource } as Kinds, namespace: 'default' }
  const member = containedMember({ ...common, placement: broken, known })
  t.is(member.objects, known.objects)
  t.is(member.target, known.target)
  t.like(member.attempted.faults, [{ code: 'internal' }])
  t.regex(member.attempted.faults[0]?.message ?? '', /the installation acme: Invalid string length/)
  t.is(unforeseen.length, 1)

  const unknown = containedMember({ ...common, placement: broken, known: undefined })
  t.is(unknown.target, undefined)
  t.like(unknown.attempted.faults, [{ code: 'internal' }])
})
