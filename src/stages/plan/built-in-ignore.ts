import type { IgnoreRule } from '../../model/rules.ts'

/**
 * Fields that need no rule, because the API of their kind defines them as write-only. `size` of a Mattermost
 * (apis/mattermost/v1beta1 of mattermost-operator): the operator removes it each time, and sets replicas and
 * resources by it.
 */
export const BUILT_IN_IGNORE: readonly IgnoreRule[] = [
  {
    objects: { group: 'installation.mattermost.com', kind: 'Mattermost' },
    fields: [],
    once: ['/spec/size'],
    managers: [],
  },
]
