# SPDX-License-Identifier: Apache-2.0
"""A client of the control API that shares no code with ours: grpcio, and modules that protoc makes of the
published .proto files.

usage: control_client.py PROTO_ROOT MANIFEST PORT CA.pem CERT.pem KEY.pem walk|again|fill

walk: registers the tasks, submits a plan, reads it back, has a wrong input and an unknown id refused.
again: after a restart, what walk did is still there.
fill: submits plans until the gateway refuses; what it kept must still be there.
Prints "ok" at the end, or what went wrong.
"""
import pathlib
import subprocess
import sys
import tempfile

import grpc

FILES = ["reeve/v1/task.proto", "reeve/v1/job.proto", "reeve/v1/manifest.proto", "reeve/v1/audit.proto",
         "reeve/v1/control.proto", "buf/validate/validate.proto", "google/api/annotations.proto",
         "google/api/http.proto", "demo/crm/v1/crm.proto"]


def compile_contracts(proto_root, to):
    roots = [proto_root, proto_root / "third_party", proto_root / "tasks"]
    present = [f for f in FILES if any((root / f).exists() for root in roots)]
    command = ["protoc", "--python_out", to, *[f"-I{root}" for root in roots], *present]
    subprocess.run(command, check=True)
    sys.path.insert(0, to)


def expect(what, got, wanted):
    if got != wanted:
        print(f"{what}: got {got}, wanted {wanted}")
        sys.exit(1)


class Control:
    def __init__(self, port, ca, certificate, key):
        from reeve.v1 import control_pb2  # pylint: disable=import-error,import-outside-toplevel
        self.messages = control_pb2
        read = lambda path: pathlib.Path(path).read_bytes()
        credentials = grpc.ssl_channel_credentials(read(ca), read(key), read(certificate))
        self.channel = grpc.secure_channel(f"127.0.0.1:{port}", credentials,
                                           options=[("grpc.enable_http_proxy", 0)])

    def call(self, method, **fields):
        request = getattr(self.messages, method + "Request")(**fields)
        answer = getattr(self.messages, method + "Response")
        stub = self.channel.unary_unary("/reeve.v1.ControlService/" + method,
                                        request_serializer=lambda m: m.SerializeToString(),
                                        response_deserializer=answer.FromString)
        return stub(request, timeout=60)

    def refused(self, method, **fields):
        """The status code, and the detail behind it."""
        try:
            self.call(method, **fields)
        except grpc.RpcError as error:
            detail = self.messages.ErrorDetail()
            for key, value in error.trailing_metadata() or ():
                if key == "reeve-error-bin":
                    detail.ParseFromString(value)
            return error.code(), detail
        return grpc.StatusCode.OK, None


def register(control, manifest):
    request = control.messages.RegisterTasksRequest()
    request.manifest.ParseFromString(pathlib.Path(manifest).read_bytes())
    return control.call("RegisterTasks", manifest=request.manifest)


def customer(customer_id):
    from demo.crm.v1 import crm_pb2  # pylint: disable=import-error,import-outside-toplevel
    return crm_pb2.GetCustomerRequest(customer_id=customer_id).SerializeToString()


def job(control, input_bytes):
    return control.messages.PlannedJob(task="demo.crm.v1.Customers/GetCustomer", input=input_bytes)


def walk(control, manifest):
    who = control.call("WhoAmI")
    expect("tenant", who.tenant, "acme")
    expect("tasks are new", {task.added for task in register(control, manifest).tasks}, {True})
    expect("tasks are known", {task.added for task in register(control, manifest).tasks}, {False})
    listed = [task.task for task in control.call("ListTasks").tasks]
    expect("listed", "demo.crm.v1.Customers/GetCustomer" in listed, True)

    plan = control.call("SubmitPlan", title="independent", idempotency_key="k1",
                        jobs=[job(control, customer("C-1001"))]).plan
    expect("id", len(plan.plan_id), 16)
    again = control.call("SubmitPlan", title="independent", idempotency_key="k1",
                         jobs=[job(control, customer("C-1001"))])
    expect("the same plan", (again.existing, again.plan.plan_id), (True, plan.plan_id))
    read = control.call("GetPlan", plan_id=plan.plan_id).plan
    expect("title", read.title, "independent")
    expect("submitted by", read.submitted_by, who.identity)
    expect("jobs", [j.task for j in read.jobs], ["demo.crm.v1.Customers/GetCustomer"])
    expect("statement", read.statement, plan.statement)

    code, detail = control.refused("SubmitPlan", jobs=[job(control, customer("no such form"))])
    expect("wrong input", code, grpc.StatusCode.INVALID_ARGUMENT)
    expect("problem", detail.problems[0].field, "jobs[0].input.customer_id")
    code, detail = control.refused("GetPlan", plan_id=b"\x01" * 16)
    expect("no such plan", (code, detail.code), (grpc.StatusCode.NOT_FOUND, "NOT_FOUND"))
    code, detail = control.refused("ApprovePlan", plan_id=plan.plan_id)
    expect("no role", (code, detail.code), (grpc.StatusCode.PERMISSION_DENIED, "ROLE_MISSING"))


def again(control, manifest):
    expect("tasks are known", {task.added for task in register(control, manifest).tasks}, {False})
    plan = control.call("SubmitPlan", title="independent", idempotency_key="k1",
                        jobs=[job(control, customer("C-1001"))])
    expect("the same plan", plan.existing, True)


def fill(control, manifest):
    register(control, manifest)
    first = control.call("SubmitPlan", title="first", jobs=[job(control, customer("C-1001"))]).plan
    kept = []
    for number in range(2000):
        jobs = [job(control, customer("C-1001"))] * 256
        try:
            kept.append(control.call("SubmitPlan", title=f"plan {number}", jobs=jobs).plan.plan_id)
        except grpc.RpcError as error:
            code = error.code()
            break
    else:
        print("the disk did not fill up")
        sys.exit(1)
    full = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED}
    expect(f"refused with {code}", code in full, True)
    expect("something was kept", len(kept) > 0, True)
    for plan_id in [first.plan_id, *kept]:
        expect("kept", control.call("GetPlan", plan_id=plan_id).plan.plan_id, plan_id)


def main():
    proto_root, manifest, port = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with tempfile.TemporaryDirectory() as directory:
        compile_contracts(proto_root, directory)
        control = Control(port, *sys.argv[4:7])
        {"walk": walk, "again": again, "fill": fill}[sys.argv[7]](control, manifest)
    print("ok")


if __name__ == "__main__":
    main()
