import test from 'ava'
import { describeFault } from '../../../../src/model/fault.ts'
import { declareFiles } from '../../../helpers/declare-files.ts'

const LONG = '9'.repeat(20)
const QUOTE = 'is a number; expected text: quote it (unquoted, 10.10 is read as 10.1)'

const CASES: readonly (readonly [spec: string, told: string])[] = [
  [`{version: ${LONG}}`, `spec.version ${QUOTE}`],
  [`{dependsOn: [${LONG}]}`, `spec.dependsOn[0] ${QUOTE}`],
  [`{atomic: ${LONG}}`, 'spec.atomic is not a boolean'],
  [
    `{template: {chart: {name: ${LONG}, repository: "https://example.com", version: "1"}}}`,
    `spec.template.chart.name ${QUOTE}`,
  ],
  [`{values: ${LONG}}`, 'spec.values is not a mapping'],
]

for (const [spec, told] of CASES) {
  test(`an integer of many digits is told as any other where it does not belong: ${spec}`, async (t) => {
    const { installations } = await declareFiles({
      'acme.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: ${spec}\n`,
    })
    t.deepEqual(installations.get('acme')?.faults.map(describeFault), [
      `acme.yaml:4: invalid document of Reeve's own kinds: ${told}`,
    ])
  })
}

test('an integer of many digits in values stays exact', async (t) => {
  const { tree } = await declareFiles({
    'acme.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {values: {id: ${LONG}}}\n`,
  })
  t.deepEqual(tree.declarations.get('acme')?.declaration.layers[0]?.values, { id: BigInt(LONG) })
})
