import sys
from concurrent import futures

import grpc

from acme.stock.v1 import stock_pb2, stock_pb2_grpc

ITEMS = {"A-1": 7, "A-2": 0, "B-1": 12}


class Stock(stock_pb2_grpc.StockServicer):
    def item(self, number, context):
        if number not in ITEMS:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such item")
        return stock_pb2.Item(number=number, count=ITEMS[number])

    def GetItem(self, request, context):
        return self.item(request.number, context)

    def ListItems(self, request, context):
        for number in ITEMS:
            if number.startswith(request.shelf + "-"):
                yield self.item(number, context)

    def Reserve(self, request, context):
        if self.item(request.number, context).count < request.count:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not that many")
        ITEMS[request.number] -= request.count
        return self.item(request.number, context)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
stock_pb2_grpc.add_StockServicer_to_server(Stock(), server)
server.add_insecure_port("unix:" + sys.argv[1])
server.start()
print("serving", sys.argv[1], flush=True)
server.wait_for_termination()
