import type { z } from 'zod';

/**
 * An input schema that says which step of a lifecycle the operation asks for, so that one invariant can guard them all.
 * INVARIANT: the step comes from the definition: a caller who sends one has sent an unknown key.
 */
export const withStep = <const Step extends string, Shape extends z.core.$ZodLooseShape, Config extends z.core.$ZodObjectConfig>(
  step: Step,
  schema: z.ZodObject<Shape, Config>,
): z.ZodPipe<z.ZodObject<Shape, Config>, z.ZodTransform<z.output<z.ZodObject<Shape, Config>> & { step: Step }, z.output<z.ZodObject<Shape, Config>>>> =>
  schema.transform((input) => ({ ...input, step }));
