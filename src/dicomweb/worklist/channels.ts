import type { Request, Response } from 'express';
import { WebSocketServer, type WebSocket } from 'ws';
import { HttpProblem } from '../../http/problem.js';
import { takeUpgrade, type Upgrade } from '../../http/upgrade.js';
import type { Notifier } from './notifier.js';

const MOST_CHANNELS = 64;
/** What somebody says here is not read; longer than this is not even waited for. */
const LONGEST_MESSAGE = 1024;
/** Who does not take what is sent is let go. */
const MOST_WAITING = 1024 * 1024;
/** Who does not answer a ping before the next one is let go (ms). */
const PING_INTERVAL = 30_000;

/** The WebSockets over which events are told. */
export class Channels {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
  });

  constructor(private readonly notifier: Notifier) {}

  /** @throws HttpProblem OCT_HTTP_UNAVAILABLE where there are too many. */
  open(subscriber: string, request: Request, response: Response, upgrade: Upgrade): void {
    if (this.#server.clients.size >= MOST_CHANNELS)
      throw new HttpProblem('OCT_HTTP_UNAVAILABLE', 'Too many WebSockets at once.', {
        'Retry-After': '60',
      });
    const { socket, head } = takeUpgrade(response, upgrade);
    this.#server.handleUpgrade(request, socket, head, (channel) => {
      void this.serve(subscriber, channel);
    });
  }

  close(): void {
    for (const channel of this.#server.clients) channel.close(1001, 'the node stops');
    this.#server.close();
    this.notifier.close();
  }

  private async serve(subscriber: string, channel: WebSocket): Promise<void> {
    let alive = true;
    let leave = (): void => undefined;
    const pings = setInterval(() => {
      if (!alive) channel.terminate();
      alive = false;
      channel.ping();
    }, PING_INTERVAL);
    channel.on('pong', () => (alive = true));
    channel.on('error', () => {
      channel.terminate();
    });
    channel.on('close', () => {
      clearInterval(pings);
      leave();
    });
    leave = await this.notifier.join(subscriber, {
      send(text) {
        if (channel.bufferedAmount > MOST_WAITING) channel.terminate();
        if (channel.readyState !== channel.OPEN) return false;
        channel.send(text);
        return true;
      },
    });
    if (channel.readyState !== channel.OPEN) leave();
  }
}
