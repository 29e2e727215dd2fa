# SPDX-License-Identifier: Apache-2.0
"""The table: medians, the ceiling beside each, the ratio."""

MIB = 1024 * 1024


def count(value):
    return f"{value:,.0f}"


def micro(value):
    return f"{value:,.0f} µs" if value >= 100 else f"{value:,.1f} µs"


def nano(value):
    return f"{value:,.0f} ns"


def mib(value):
    return f"{value / MIB:.1f} MiB"


def kib(value):
    return f"{value / 1024:.1f} KiB"


def per_s(value):
    return f"{value:,.0f}/s"


def milli(value):
    return f"{value:,.1f} ms"


def seconds(value):
    return f"{value:.2f} s"


# Title; rows of (what, number, format, ceiling's name, ceiling, how the ratio is taken).
# "share": number / ceiling; "times": how many times the ceiling; a callable ceiling takes all numbers.
SECTIONS = [
    ("The whole way: submitted, dispatched, run, result and audit on disk on both sides", [
        ("jobs/s, idempotent", "whole.echo.jobs_per_s", per_s, "SQLite rows alone", "store.jobs_per_s", "share"),
        ("jobs/s, not idempotent", "whole.step.jobs_per_s", per_s, "SQLite rows alone", "store.jobs_per_s", "share"),
        ("submit → result, idempotent, one at a time, p50", "whole.echo.one_p50_us", micro, "three undisturbed fdatasync (p10) and one stream round trip",
         lambda n: 3 * n["disk.sync_p10_us"] + n["stream.ping_pong_p50_us"], "times"),
        ("… p99", "whole.echo.one_p99_us", micro, "three fdatasync p99", lambda n: 3 * n["disk.sync_p99_us"], "times"),
        ("submit → result, not idempotent, p50", "whole.step.one_p50_us", micro, "five undisturbed fdatasync (p10) and one stream round trip",
         lambda n: 5 * n["disk.sync_p10_us"] + n["stream.ping_pong_p50_us"], "times"),
        ("… p99", "whole.step.one_p99_us", micro, "five fdatasync p99", lambda n: 5 * n["disk.sync_p99_us"], "times"),
        ("processor time per job, worker", "whole.echo.reeve-agent_cpu_us_per_job", micro, None, None, None),
        ("processor time per job, gateway", "whole.echo.reeve-gateway_cpu_us_per_job", micro, None, None, None),
        ("… not idempotent, worker", "whole.step.reeve-agent_cpu_us_per_job", micro, None, None, None),
        ("… not idempotent, gateway", "whole.step.reeve-gateway_cpu_us_per_job", micro, None, None, None),
    ]),
    ("The worker alone, against a gateway that only hands out jobs", [
        ("jobs/s, idempotent", "worker.echo.jobs_per_s", per_s, "bare mTLS messages of 200 B", "stream.small_per_s", "share"),
        ("jobs/s, not idempotent", "worker.step.jobs_per_s", per_s, "bare mTLS messages of 200 B", "stream.small_per_s", "share"),
        ("engine alone, in memory, idempotent", "engine.echo.jobs_per_s", per_s, None, None, None),
        ("engine alone, in memory, not idempotent", "engine.step.jobs_per_s", per_s, None, None, None),
        ("journal: durable records/s, 600 B", "journal.records_per_s", per_s, "one record for each fdatasync", "disk.syncs_per_s", "times"),
        ("journal: MB/s", "journal.mb_per_s", count, "append + fdatasync, MB/s", "disk.append_mb_per_s", "share"),
        ("journal: one record, p50", "journal.one_p50_us", micro, "fdatasync p50", "disk.sync_p50_us", "times"),
    ]),
    ("Delivery: barriers, rotation, half-open links, recovery", [
        ("jobs/s with journal barriers, engine and journal alone, idempotent", "barriers.echo.jobs_per_s", per_s, "without them", "barriers.echo.no_barriers_per_s", "share"),
        ("… not idempotent", "barriers.step.jobs_per_s", per_s, "without them", "barriers.step.no_barriers_per_s", "share"),
        ("submit → result while a certificate is changed, p99", "rotation.p99_us", micro, "the second before, p99", "rotation.quiet_p99_us", "times"),
        ("… longest", "rotation.longest_us", micro, "the second before, longest", "rotation.quiet_longest_us", "times"),
        ("new certificate files to the end of the older session", "rotation.takeover_ms", milli, None, None, None),
        ("half-open link, noticed by the worker", "half_open.worker_s", seconds, "target", lambda n: 10, "share"),
        ("… by the gateway", "half_open.gateway_s", seconds, "target", lambda n: 10, "share"),
        ("… the longest of all", "half_open.longest_s", seconds, "target", lambda n: 10, "share"),
        ("journal that is recovered", "recovery.bytes", mib, None, None, None),
        ("… opened and replayed, cache dropped", "recovery.cold_s", seconds, "reading the files alone, cache dropped", "recovery.read_s", "times"),
        ("… of it processor time", "recovery.cpu_s", seconds, "opened and replayed, cache dropped", "recovery.cold_s", "share"),
        ("… opened and replayed again at once", "recovery.warm_s", seconds, None, None, None),
        ("… records/s of the replay", "recovery.records_per_s", per_s, None, None, None),
    ]),
    ("Requests to an internal system: GET of a small JSON object from nginx, 64 under way", [
        ("http binding, through the runner", "http.binding_per_s", per_s, "bare libcurl-multi loop", "http.bare_per_s", "share"),
    ]),
    ("One message of about 1 KiB, one frame, one audit record", [
        ("decode strictly", "messages.decode_ns", nano, "protobuf-c unpack", "messages.protobuf_c_ns", "times"),
        ("…", "messages.decode_ns", nano, "protobuf in C++, a new message", "messages.protobuf_cc_new_ns", "times"),
        ("…", "messages.decode_ns", nano, "protobuf in C++, the same message again", "messages.protobuf_cc_ns", "times"),
        ("check constraints", "messages.validate_ns", nano, None, None, None),
        ("decode strictly and check constraints", "messages.strict_ns", nano, "protobuf-c unpack", "messages.protobuf_c_ns", "times"),
        ("…", "messages.strict_ns", nano, "protobuf in C++, a new message", "messages.protobuf_cc_new_ns", "times"),
        ("encode", "messages.encode_ns", nano, "protobuf in C++", "messages.protobuf_cc_encode_ns", "times"),
        ("Dispatch frame, encode", "messages.frame_encode_ns", nano, None, None, None),
        ("Dispatch frame, decode", "messages.frame_decode_ns", nano, None, None, None),
        ("audit chain, per job: worker and gateway", "audit.both_ns", nano, "processor time per job of both, the whole way",
         lambda n: 1000 * (n["whole.echo.reeve-agent_cpu_us_per_job"] + n["whole.echo.reeve-gateway_cpu_us_per_job"]),
         "share"),
        ("… worker: the engine with it, less without", "audit.worker_ns", nano, "processor time per job, worker",
         lambda n: 1000 * n["whole.echo.reeve-agent_cpu_us_per_job"], "share"),
        ("… gateway: checking the record", "audit.gateway_ns", nano, "processor time per job, gateway",
         lambda n: 1000 * n["whole.echo.reeve-gateway_cpu_us_per_job"], "share"),
        ("two salted commitments, one record and its hash", "messages.audit_ns", nano, None, None, None),
    ]),
    ("Size and memory", [
        ("reeve-agent, static, stripped", "size.agent_bytes", mib, "target", lambda n: 10 * MIB, "share"),
        ("reeve-gateway, static, stripped", "size.gateway_bytes", mib, None, None, None),
        ("reevectl, static, stripped", "size.reevectl_bytes", mib, None, None, None),
        ("worker, idle and connected, resident", "whole.agent_idle_bytes", mib, "target", lambda n: 12 * MIB, "share"),
        ("worker, peak above idle, per job of its limit", "whole.agent_bytes_per_job", kib, "target, beside payload", lambda n: 1024, "times"),
        ("gateway, per idle worker, resident", "idle.gateway_bytes_per_worker", kib, "target", lambda n: 64 * 1024, "share"),
    ]),
    ("Ceilings of this machine in the same run", [
        ("fdatasync of 4 KiB, p10", "disk.sync_p10_us", micro, None, None, None),
        ("… p50", "disk.sync_p50_us", micro, None, None, None),
        ("… p99", "disk.sync_p99_us", micro, None, None, None),
        ("fdatasync/s, one after the other", "disk.syncs_per_s", per_s, None, None, None),
        ("append of 1 MiB + fdatasync, MB/s", "disk.append_mb_per_s", count, None, None, None),
        ("bare mTLS stream: there and back, p50", "stream.ping_pong_p50_us", micro, None, None, None),
        ("bare mTLS stream: messages/s of 200 B", "stream.small_per_s", per_s, None, None, None),
        ("bare mTLS stream: MB/s in 16 KiB", "stream.large_mb_per_s", count, None, None, None),
        ("SQLite: jobs/s, submit and end, 256 a request", "store.jobs_per_s", per_s, None, None, None),
        ("SQLite: rows/s of the same (job, outcome, audit record)", "store.rows_per_s", per_s, None, None, None),
    ]),
]


def ratio_text(value, ceiling, kind):
    if kind == "share":
        return f"{100 * value / ceiling:.1f} %"
    return f"{value / ceiling:.2f} ×"


def row(line, numbers):
    """Cells of one row, or None when it was not measured."""
    what, name, form, ceiling_name, ceiling, kind = line
    if name not in numbers:
        return None
    value = numbers[name]
    if ceiling_name is None:
        return [what, form(value), "", ""]
    try:
        limit = ceiling(numbers) if callable(ceiling) else numbers[ceiling]
    except KeyError:
        return [what, form(value), "", ""]
    return [what, form(value), f"{ceiling_name}: {form(limit)}", ratio_text(value, limit, kind)]


def markdown(machine, numbers, spread):
    lines = ["# reeve, measured", "", machine["words"], ""]
    if machine["warning"]:
        lines += [f"**{machine['warning']}**", ""]
    for title, rows in SECTIONS:
        cells = [row(line, numbers) for line in rows]
        names = [line[1] for line in rows]
        if not any(cells):
            continue
        lines += [f"## {title}", "", "| what | median | min … max | beside it | ratio |", "|---|---:|---:|---|---:|"]
        for cell, name, line in zip(cells, names, rows):
            if cell:
                low, high = spread[name]
                between = f"{line[2](low)} … {line[2](high)}"
                lines.append(f"| {cell[0]} | {cell[1]} | {between} | {cell[2]} | {cell[3]} |")
        lines.append("")
    return "\n".join(lines)
