import test from 'ava'
import { declaredState } from '../../../../src/stages/review/reviewed/declared-state.ts'
import { declareFiles } from '../../../helpers/declare-files.ts'
import { hook } from '../../../helpers/hooks.ts'
import { configMap, documents } from '../../../helpers/manifests.ts'

async function stateOf(...manifests: readonly string[]): Promise<string> {
  const { installations } = await declareFiles({ 'acme/all.yaml': documents(...manifests) })
  const acme = installations.get('acme')
  return acme ? declaredState(acme) : ''
}

const MAP = configMap('default', 'a', {})

test('what is reviewed has the hooks of an installation in it: their Jobs run without being planned', async (t) => {
  const states = await Promise.all([
    stateOf(MAP),
    stateOf(MAP, hook('default', 'migrate', 'pre-sync')),
    stateOf(MAP, hook('default', 'migrate', 'post-sync')),
    stateOf(MAP, hook('default', 'migrate', 'pre-sync', 'other:1')),
    stateOf(MAP, hook('default', 'migrate', 'pre-sync'), hook('default', 'more', 'pre-sync')),
  ])
  t.is(new Set(states).size, states.length)
  t.is(await stateOf(MAP, hook('default', 'migrate', 'pre-sync')), states[1])
})
