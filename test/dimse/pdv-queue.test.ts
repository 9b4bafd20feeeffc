import { expect } from 'chai';
import { MAX_COMMAND_LENGTH, encodeCommandSet } from '../../src/dimse/command-set.js';
import { MessageReader } from '../../src/dimse/message.js';
import { PDV_QUEUE_HIGH_WATER, PdvQueue } from '../../src/dimse/upper-layer/pdv-queue.js';

describe('queue of an association', () => {
  const slice = (payload: Buffer, isLast: boolean, isCommand = false) => ({
    contextId: 1,
    isCommand,
    isLast,
    payload,
  });
  const queueWithTap = () => {
    const tap = { open: true };
    const queue = new PdvQueue(
      () => (tap.open = false),
      () => (tap.open = true),
    );
    return { queue, tap };
  };

  it('counts what its reader holds, until it is given back', () => {
    const { queue, tap } = queueWithTap();
    queue.push(slice(Buffer.alloc(PDV_QUEUE_HIGH_WATER), false));
    expect(tap.open).to.equal(false);
    queue.take();
    expect(tap.open, 'taken, and perhaps being written').to.equal(false);
    queue.giveBack();
    expect(tap.open).to.equal(true);
  });

  it('hands over half of itself at most: the other half comes in meanwhile', async () => {
    const { queue, tap } = queueWithTap();
    const reader = new MessageReader(queue);
    const command = encodeCommandSet({ commandField: 1, messageId: 1, commandDataSetType: 1 });
    queue.push(slice(command, true, true));
    const message = await reader.next();
    const piece = Buffer.alloc(PDV_QUEUE_HIGH_WATER / 8);
    while (tap.open) queue.push(slice(piece, false));
    const taken = await message?.dataSet?.read();
    expect(taken).to.have.length(4);
    await message?.dataSet?.read();
    expect(tap.open).to.equal(true);
  });

  it('takes a command in fragments of a byte, however long', async () => {
    const { queue, tap } = queueWithTap();
    const reading = new MessageReader(queue).next();
    for (let sent = 0; sent < MAX_COMMAND_LENGTH; sent += 1) {
      while (!tap.open) await new Promise((resolve) => setImmediate(resolve));
      queue.push(slice(Buffer.alloc(1), false, true));
    }
    queue.push(slice(Buffer.alloc(1), true, true));
    const error: unknown = await reading.catch((failure: unknown) => failure);
    expect(error).to.have.property('message', 'command set too long');
  });
});
