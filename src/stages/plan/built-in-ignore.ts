import type { IgnoreRule } from '../../model/rules.ts'

/**
 * Fields that need no rule, because the API of their kind says that they are write-only. `size` of a
 * Mattermost (apis/mattermost/v1beta1 of mattermost-operator): the operator takes it out and sets
 * replicas and resources by it, each time that it is there.
 */
export const BUILT_IN_IGNORE: readonly IgnoreRule[] = [
  {
    objects: { group: 'installation.mattermost.com', kind: 'Mattermost' },
    fields: [],
    once: ['/spec/size'],
    managers: [],
  },
]
