// The real server with the practice marketplace, in a data folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const TARGET = process.env['CARGO_TARGET_DIR'] ?? resolve(import.meta.dirname, '../../target');
const SERVER = process.env['STALLKEEPER_SERVER'] ?? join(TARGET, 'debug/stallkeeper-server');

export class OpenStall {
  readonly #server: ChildProcess;
  readonly #folder: string;
  /** Scheme, host and port of the screens. */
  readonly #base: string;
  readonly #token: string;

  private constructor(server: ChildProcess, folder: string, base: string, token: string) {
    this.#server = server;
    this.#folder = folder;
    this.#base = base;
    this.#token = token;
  }

  /** `practising` is past the welcome; `speed` is how fast the practice marketplace's time passes. */
  static async start({ practising, speed }: { practising: boolean; speed: number }): Promise<OpenStall> {
    if (!existsSync(SERVER)) throw new Error(`${SERVER} is not built: cargo build --bin stallkeeper-server`);
    const folder = await mkdtemp(join(tmpdir(), 'stallkeeper-walk-'));
    const server = spawn(SERVER, practising ? ['--practice'] : [], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        TZ: 'UTC',
        DATA_DIR: join(folder, 'data'),
        APP_PORT: '0',
        STALLKEEPER_PRACTICE_SPEED: String(speed),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    const opened = new Promise<string>((found, failed) => {
      createInterface({ input: server.stdout }).on('line', (line) => {
        said.push(line);
        if (line.startsWith('Open ')) found(line.slice('Open '.length).trim());
      });
      server.once('exit', (code) => {
        failed(new Error(`the server ended with ${String(code)}:\n${said.join('\n')}`));
      });
    });
    const [base = '', token = ''] = (await opened).split('/#token=');
    return new OpenStall(server, folder, base, token);
  }

  /** The address for a page that has not been here before. */
  get address(): string {
    return `${this.#base}/#token=${this.#token}`;
  }

  /** Asks the engine as the screens do. */
  async desk<T>(command: string, request: unknown = {}): Promise<T> {
    const answer = await fetch(`${this.#base}/desk/${command}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const said = (await answer.json()) as T;
    if (!answer.ok) throw new Error(`${command}: ${String(answer.status)} ${JSON.stringify(said)}`);
    return said;
  }

  /** Changes some of the settings. */
  async set(changed: Record<string, unknown>): Promise<void> {
    const { values } = await this.desk<{ values: Record<string, unknown> }>('settings.get');
    await this.desk('settings.save', { ...values, ...changed });
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((done) => this.#server.once('exit', () => { done(); }));
    this.#server.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Waits until something holds, and says what it waited for when it never does. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, patience = 90_000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
