import { chaosTests } from './chaos-tests.ts'
import { LASTING_MIXTURES } from './mixtures.ts'

chaosTests(LASTING_MIXTURES)
