"""The facilitator's control panel."""
