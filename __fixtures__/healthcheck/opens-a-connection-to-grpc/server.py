from concurrent import futures
import grpc

server = grpc.server(futures.ThreadPoolExecutor())
server.add_insecure_port("[::]:50051")
server.start()
server.wait_for_termination()
