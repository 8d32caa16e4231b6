namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// The connections of a pool on which another request may be sent behind those under way. Under the pool's lock.
/// </summary>
internal sealed class RoomyConnections
{
    private readonly List<ConnectionSlot> _slots = [];

    public void Add(ConnectionSlot slot) => _slots.Add(slot);

    public void Remove(ConnectionSlot slot)
    {
        if (_slots.Count > 0)
            _slots.Remove(slot);
    }

    /// <summary>Reserves one: of two that are picked at random the one with less under way.</summary>
    public ConnectionSlot? TryReserve(ClientExchange exchange)
    {
        while (_slots.Count > 0)
        {
            var (one, other) = (Random.Shared.Next(_slots.Count), Random.Shared.Next(_slots.Count));
            var index = _slots[one].Depth <= _slots[other].Depth ? one : other;
            var slot = _slots[index];
            _slots.RemoveAt(index);
            if (slot.TryReserve(exchange))
                return slot;
        }

        return null;
    }
}
