{"path":null,"type":"System.Integer","value":1}
