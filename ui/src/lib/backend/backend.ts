// The one door between the screens and the engine. Three carriers stand behind it: the desktop window, local
// HTTP, and a sample stall for development. A screen never learns which one it talks to.
import type { Commands, DeskError, DeskEvent, FileView } from './generated/contract';

export type Command = keyof Commands;
export type Request<C extends Command> = Commands[C]['request'];
export type Response<C extends Command> = Commands[C]['response'];

/** `card` is 480 px and `row` 96 px on the longer side; `full` is the picture as it was kept. */
export type PictureSize = 'full' | 'card' | 'row';

export interface Backend {
  readonly platform: 'desktop' | 'browser';
  /** Rejects with a {@link DeskFailure} and nothing else. */
  call<C extends Command>(command: C, request: Request<C>): Promise<Response<C>>;
  /** Tells `listener` of every event until the returned function is called. */
  events(listener: (event: DeskEvent) => void): () => void;
  pictureUrl(sha256: string, size: PictureSize): string;
  /** Puts a file of the seller's on an order. Rejects with a {@link DeskFailure} and nothing else. */
  sendFile(orderId: string, file: File): Promise<FileView>;
  /** Asks the seller where, then saves a copy. False when they thought better of it. */
  savePicture(sha256: string, suggestedName: string): Promise<boolean>;
  /** How the program starts with the computer; null where there is no program on a desktop. */
  readonly start: StartsWithComputer | null;
  /** Asks the seller where, then saves everything that can be shown of an order. False when they thought better of it. */
  saveEvidence(orderId: string, suggestedName: string): Promise<boolean>;
  /** Asks the seller where, then saves a table of every order of a span: how many lines, or null when they thought better of it. */
  saveMoney(span: string, suggestedName: string): Promise<number | null>;
}

/** What the system itself says. Both reject with a {@link DeskFailure} and nothing else. */
export interface StartsWithComputer {
  get(): Promise<boolean>;
  /** Answers how it stands afterwards. */
  set(on: boolean): Promise<boolean>;
}

/** A refused or failed request. Branch on `code`, never on `message`. */
export class DeskFailure extends Error {
  readonly code: string;
  readonly detail: Record<string, string>;

  constructor(error: DeskError) {
    super(error.message);
    this.name = 'DeskFailure';
    this.code = error.code;
    this.detail = error.detail;
  }
}

/** Reads whatever a carrier threw. What is not one of the engine's errors becomes `internal` or `unreachable`. */
export function toDeskFailure(thrown: unknown, otherwise: 'internal' | 'unreachable' = 'internal'): DeskFailure {
  if (thrown instanceof DeskFailure) return thrown;
  if (isDeskError(thrown)) return new DeskFailure(thrown);
  return new DeskFailure({ code: otherwise, message: String(thrown), detail: {} });
}

export function isDeskError(value: unknown): value is DeskError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string' &&
    'detail' in value &&
    typeof value.detail === 'object' &&
    value.detail !== null
  );
}
