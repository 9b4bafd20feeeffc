import { NO_DATA_SET, RESPONSE_BIT, DATA_SET_FOLLOWS } from './command-set.js';
import type { CommandSet } from './command-set.js';
import { DimseError } from './errors.js';
import { MessageError, commandPdus, dataSetPdus } from './message.js';
import { AssociationEndedError } from './upper-layer/association-end.js';
import type { UpperLayer } from './upper-layer/upper-layer.js';

/**
 * Requests of ours on an association that the peer opened: one at a time, while the peer's own requests are served
 * beside them. The reader of messages hands every response to `take`.
 */
export class Invocation {
  #messageId = 0;
  #over = false;
  #waiting:
    | {
        readonly commandField: number;
        readonly resolve: (response: CommandSet) => void;
        readonly reject: (error: DimseError) => void;
      }
    | undefined;

  constructor(
    private readonly upperLayer: UpperLayer,
    /** Payload bytes of one PDV towards this peer. */
    private readonly payload: number,
  ) {}

  /** @throws DimseError */
  async invoke(
    contextId: number,
    command: Omit<CommandSet, 'messageId'>,
    dataSet: Uint8Array,
  ): Promise<CommandSet> {
    if (this.#over) throw new DimseError('OCT_DIMSE_INTERRUPTED', 'the association is over');
    if (this.#waiting) {
      throw new DimseError('OCT_DIMSE_INTERRUPTED', 'another request of ours is under way');
    }
    this.#messageId = (this.#messageId % 0xffff) + 1;
    const commandDataSetType = dataSet.length > 0 ? DATA_SET_FOLLOWS : NO_DATA_SET;
    const whole = { ...command, messageId: this.#messageId, commandDataSetType };
    const response = new Promise<CommandSet>((resolve, reject) => {
      this.#waiting = { commandField: command.commandField ?? 0, resolve, reject };
    });
    response.catch(() => undefined); // told below; until then it must not count as unhandled
    try {
      // In one write: a response of ours to the peer must not come between command and data set.
      await this.upperLayer.sendData(
        Buffer.concat([
          commandPdus(contextId, whole, this.payload),
          dataSetPdus(contextId, dataSet, this.payload),
        ]),
      );
    } catch (error) {
      this.#waiting = undefined;
      throw new DimseError('OCT_DIMSE_INTERRUPTED', error instanceof Error ? error.message : '');
    }
    this.upperLayer.timers.start('response', () => {
      this.upperLayer.abort('no response came: response timer expired');
    });
    try {
      return await response;
    } finally {
      this.#waiting = undefined;
      this.upperLayer.timers.stop('response');
    }
  }

  /** @throws MessageError where it answers nothing that we asked */
  take(response: CommandSet): void {
    const waiting = this.#waiting;
    if (
      waiting === undefined ||
      response.commandField !== (waiting.commandField | RESPONSE_BIT) ||
      response.messageIdBeingRespondedTo !== this.#messageId ||
      response.status === undefined
    ) {
      throw new MessageError('a response to nothing that we asked');
    }
    waiting.resolve(response);
  }

  /** The association is over, or its peer asked for release: nothing more will be answered. */
  end(error: unknown): void {
    this.#over = true;
    const detail = error instanceof AssociationEndedError ? error.message : 'the peer released';
    this.#waiting?.reject(new DimseError('OCT_DIMSE_NO_RESPONSE', detail));
  }
}
