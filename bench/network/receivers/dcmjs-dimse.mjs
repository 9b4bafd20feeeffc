// dcmjs-dimse's server as its README shows it, each object written with `toFile`. argv: port, folder, PDU length.
import { join } from 'node:path';
import dcmjsDimse from 'dcmjs-dimse';

const [port, folder, pduLength] = process.argv.slice(2);
const { Server, Scp, Implementation, responses, constants, log } = dcmjsDimse;
log.setLevel('silent');
Implementation.setMaxPduLength(Number(pduLength));

class StoreScp extends Scp {
  associationRequested(requested) {
    for (const { id, context } of requested.getPresentationContexts()) {
      const [syntax] = context.getTransferSyntaxUids();
      requested
        .getPresentationContext(id)
        .setResult(constants.PresentationContextResult.Accept, syntax);
    }
    this.sendAssociationAccept();
  }

  cStoreRequest(request, done) {
    const response = responses.CStoreResponse.fromRequest(request);
    request.getDataset().toFile(join(folder, request.getAffectedSopInstanceUid()), (error) => {
      response.setStatus(error ? constants.Status.ProcessingFailure : constants.Status.Success);
      done(response);
    });
  }

  associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }
}

new Server(StoreScp).listen(Number(port));
