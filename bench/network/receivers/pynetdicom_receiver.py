"""pynetdicom's server, bytes written as they came. argv: port, folder, PDU length."""
import os
import sys

from pydicom.filewriter import write_file_meta_info
from pynetdicom import AE, AllStoragePresentationContexts, evt

port, folder, pdu_length = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])


def store(event):
    path = os.path.join(folder, event.request.AffectedSOPInstanceUID)
    with open(path, "wb") as file:
        file.write(b"\x00" * 128 + b"DICM")
        write_file_meta_info(file, event.file_meta)
        file.write(event.request.DataSet.getvalue())
    return 0


ae = AE("BENCH")
ae.maximum_pdu_size = pdu_length
ae.maximum_associations = 100
ae.supported_contexts = AllStoragePresentationContexts
ae.start_server(("127.0.0.1", port), block=True, evt_handlers=[(evt.EVT_C_STORE, store)])
