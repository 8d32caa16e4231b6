namespace Aleph.Actors.Http.Http1;

/// <summary>The fields that the framing itself must understand.</summary>
internal enum FieldKind : byte
{
    Other,
    Host,
    ContentLength,
    TransferEncoding,
    Connection,
    Upgrade,
    Expect,
}
