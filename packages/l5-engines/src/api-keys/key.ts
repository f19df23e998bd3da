import type { KeyTruth } from '@hoc/l6-drivers/api-keys/key-truth';
import type { RotationPair } from '@hoc/l6-drivers/api-keys/keys.driver';

/** An API key as it is stored. */
export type ApiKey = RotationPair['key'];

export type { KeyTruth, RotationPair };
