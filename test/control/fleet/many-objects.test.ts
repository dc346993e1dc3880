import test from 'ava'
import { budgetsFor } from '../../../src/model/budgets.ts'
import { describeFault } from '../../../src/model/fault.ts'
import { declareFiles } from '../../helpers/declare-files.ts'
import { configMap, documents } from '../../helpers/manifests.ts'

test('an installation with more objects than its budget is at fault, and no other', async (t) => {
  const maps = (count: number) =>
    documents(...Array.from({ length: count }, (_, index) => configMap('default', `m-${index}`, {})))
  const files = { 'many/a.yaml': maps(11), 'few/a.yaml': maps(10) }
  const { installations } = await declareFiles(files, { budgets: { ...budgetsFor(0), objects: 10 } })
  t.deepEqual(installations.get('few')?.faults, [])
  t.is(installations.get('few')?.objects.length, 10)
  const faults = installations.get('many')?.faults.map(describeFault) ?? []
  t.regex(faults.join(), /^many\/a\.yaml:1: .*it has 11 objects, and 10 are the most$/)
})
