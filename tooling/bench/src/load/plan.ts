/** A server that listens. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** What is asked of the targets, over and over. */
export type Asking =
  | {
      /** The cheapest request that the server answers at all. Right is 200. */
      readonly kind: 'TRIVIAL';
      readonly path: string;
    }
  | {
      readonly kind: 'VERIFY';
      readonly path: string;
      readonly authorization: string | null;
      /** Folder of the population. */
      readonly population: string;
      readonly distribution: 'UNIFORM' | 'ZIPF';
      /** Shares of all questions, 0 to 1. */
      readonly unknownShare: number;
      readonly malformedShare: number;
      /** Unknown tokens are asked for in the order of their numbers, from `unknownFrom` on, instead of by chance. */
      readonly isEachUnknownOnce?: boolean;
      readonly unknownFrom?: number;
      /** What more stands in the body of every question. */
      readonly also?: Readonly<Record<string, unknown>>;
      /** Verdicts that are right as well where VALID is: of a key whose limit is meant to be met. */
      readonly metered?: readonly string[];
    };

/** CLOSED: each connection asks again when it was answered. OPEN: so many questions a second, whatever becomes of their answers. */
export type Loop = { readonly kind: 'CLOSED' } | { readonly kind: 'OPEN'; readonly perSecond: number };

/** One run of the driver. */
export interface Plan {
  readonly name: string;
  /** Connections are spread over them in turns. */
  readonly targets: readonly Target[];
  readonly asking: Asking;
  readonly loop: Loop;
  readonly connections: number;
  /** Default: bare sockets. */
  readonly client?: 'SOCKET' | 'UNDICI';
  /** Answers of this first time are judged and not measured. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly seed: number;
}

/** What a run of the driver has found. */
export interface RunReport {
  readonly name: string;
  /** Of the measured time. */
  readonly right: number;
  readonly unavailable: number;
  readonly broken: number;
  /** Of the whole run, the warm-up and what came in after the end included. */
  readonly wrong: number;
  readonly firstWrong: readonly string[];
  /** Answers by verdict, of the whole run. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Right answers a second. */
  readonly perSecond: number;
  /** From when it was due (open loop) or sent (closed loop), in milliseconds; see Latencies. */
  readonly latencies: string;
  /** How late the driver itself sent what a connection was free for: far below the latencies, or the driver was the limit. */
  readonly lateness: string;
  /** Of a core, that the driver took in the measured time: near 1 it was the limit. */
  readonly driverLoad: number;
  readonly timeline: Timeline;
}

/** What came in when, measured or not. */
export interface Timeline {
  /** Milliseconds since the epoch, by the clock of this machine when the processes began. */
  readonly startedAt: number;
  readonly bucketMs: number;
  readonly right: readonly number[];
  readonly unavailable: readonly number[];
  readonly broken: readonly number[];
}

/** Milliseconds since the epoch by a clock that is never set: comparable among the processes of one bench. */
export const instant = (): number => performance.timeOrigin + performance.now();
